using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ical.Net.CalendarComponents;
using ReserveConnect.Inventory.Feeds;
using ReserveConnect.Tests.Providers;
using Xunit;
using Calendar = Ical.Net.Calendar;

namespace ReserveConnect.Tests.Inventory;

public sealed class CalendarTextTests
{
    private static readonly Guid Unit = Guid.Parse("0198b0a0-0000-7000-8000-0000000000aa");
    private static readonly DateTimeOffset Changed = new(2026, 3, 2, 12, 34, 56, 789, TimeSpan.Zero);

    [Fact]
    public void Nights_in_a_row_are_one_all_day_event_that_ends_on_the_day_of_departure() => Assert.Equal(
        """
        BEGIN:VCALENDAR
        CALSCALE:GREGORIAN
        PRODID:-//Reserve Connect//Calendar//EN
        REFRESH-INTERVAL;VALUE=DURATION:PT15M
        VERSION:2.0
        X-PUBLISHED-TTL:PT15M
        X-WR-CALNAME:Casa
        BEGIN:VEVENT
        DTEND;VALUE=DATE:20260313
        DTSTAMP:20260302T123456Z
        DTSTART;VALUE=DATE:20260310
        LAST-MODIFIED:20260302T123456Z
        SEQUENCE:0
        SUMMARY:Suíte: reserved
        TRANSP:OPAQUE
        UID:0198b0a00000700080000000000000aa-20260310@reserve-connect
        END:VEVENT
        END:VCALENDAR

        """.ReplaceLineEndings("\r\n"),
        CalendarText.Of("Casa", [Range("Suíte")]));

    [Fact]
    public void Lines_end_as_the_rule_says_and_none_is_longer_than_75_octets()
    {
        var name = string.Concat(Enumerable.Repeat("São João, ação; 100 % \\ 日本 🏡 ", 20));
        var text = CalendarText.Of(name, [Range(name)]);

        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.EndsWith("END:VCALENDAR\r\n", text, StringComparison.Ordinal);
        // A character that is torn apart would be counted by its replacement, and the name would not come back.
        Assert.All(text.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, line));
        var read = Calendar.Load(text)!;
        Assert.Equal($"{name}: reserved", Assert.Single(read.Events).Summary);
        Assert.Equal(name, read.Properties.Single(property => property.Name == "X-WR-CALNAME").Value);
    }

    [Theory]
    [InlineData("Casa\r\nATTENDEE:mailto:nobody", "Casa\nATTENDEE:mailto:nobody: reserved")]
    [InlineData("a,b;c\\n", "a,b;c\\n: reserved")]
    [InlineData("Ca\u0007sa\u000b\u0085 2\u007f", "Casa 2: reserved")]
    public void A_name_is_text_and_never_a_line_of_its_own(string name, string summary)
    {
        var text = CalendarText.Of(name, [Range(name)]);

        Assert.DoesNotContain("\r\nATTENDEE", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => char.IsControl(c) && c is not ('\r' or '\n'));
        Assert.Equal(summary, Assert.Single(Calendar.Load(text)!.Events).Summary!.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_property_without_taken_nights_is_an_empty_calendar() => Assert.Empty(Calendar.Load(CalendarText.Of("Casa", []))!.Events);

    /// <summary>What others send is read by the same library: what it takes all-day events for is what we mean by ours.</summary>
    [Fact]
    [Trait("Needs", "shared")]
    public void Samples_of_other_systems_are_events_of_the_same_kind_as_ours()
    {
        var folder = Path.Combine(Contracts.Folder, "ical");
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected-open.json")))!.AsObject();
        Assert.NotEmpty(expected);
        foreach (var (file, events) in expected)
        {
            var read = Calendar.Load(File.ReadAllText(Path.Combine(folder, file)))!.Events.OrderBy(e => e.Uid, StringComparer.Ordinal).ToList();
            Assert.Equal(
                events!.AsArray().Select(e => ((string)e!["uid"]!, (string)e["start"]!, (string)e["end_exclusive"]!, (string)e["summary"]!)).OrderBy(e => e.Item1, StringComparer.Ordinal),
                read.Select(e => (e.Uid!, Day(e.Start!), Day(e.End!), e.Summary!)));
            Assert.All(read, e => Assert.Equal((true, IsAllDay(Ours())), (IsAllDay(e), true)));
        }

        static CalendarEvent Ours() => Assert.Single(Calendar.Load(CalendarText.Of("Casa", [Range("Suíte")]))!.Events);
        static bool IsAllDay(CalendarEvent e) => e.IsAllDay && !e.Start!.HasTime && !e.End!.HasTime;
        static string Day(Ical.Net.DataTypes.CalDateTime date) => date.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static TakenRange Range(string unit) => new(Unit, unit, true, new(2026, 3, 10), new(2026, 3, 13), Changed);
}
