using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;
using Xunit;

namespace ReserveConnect.Tests.Trials;

/// <summary>The checks of the races on made-up facts: sound ones pass, and each check sees what it is there for.</summary>
public sealed class VerdictTests
{
    private static readonly DateOnly Night = new(2030, 3, 1);
    private static readonly Guid HostBooking = Guid.CreateVersion7();

    // One booked and paid twice, the second payment given back; one that came too late and got its money back.
    private static readonly IntentFacts Booked = new(
        Guid.CreateVersion7(), "confirmed", 200m, Night, Night.AddDays(1), 1, 0, 0, HostBooking, false, false,
        [new("succeeded", "pi_1", 200m, 200m), new("refunded", "99", 200m, 200m)],
        [new("succeeded", "r1", 200m, 200m)],
        [new(HostBooking, Night, Night.AddDays(1), "confirmed")],
        [new("pi_1", null, "succeeded", 200m, null, []), new("99", null, "refunded", 200m, null, [new("r0", "rejected", 200m, false), new("r1", "approved", 200m, true)])]);

    private static readonly IntentFacts Late = new(
        Guid.CreateVersion7(), "cancelled", 200m, Night, Night.AddDays(1), 0, 0, 1, null, false, false,
        [new("refunded", "pi_2", 200m, 200m)],
        [new("succeeded", "re_2", 200m, 200m)],
        [],
        [new("pi_2", null, "succeeded", 200m, null, [new("re_2", "succeeded", 200m, true)])]);

    private static readonly Facts Sound = new(
        [Booked, Late],
        [new(Night, 1, 1, 0)],
        [new(HostBooking, Booked.Id, true, Night, Night.AddDays(1)), new(Guid.CreateVersion7(), Late.Id, false, Night, Night.AddDays(1))]);

    // Another one that was booked and given up for half of its price.
    private static readonly Guid LeftBooking = Guid.CreateVersion7();

    private static readonly IntentFacts Left = new(
        Guid.CreateVersion7(), "confirmed", 200m, Night, Night.AddDays(1), 1, 0, 0, LeftBooking, false, false,
        [new("succeeded", "pi_5", 200m, 200m)],
        [new("succeeded", "re_5", 100m, 100m)],
        [new(LeftBooking, Night, Night.AddDays(1), "cancelled")],
        [new("pi_5", null, "succeeded", 200m, null, [new("re_5", "succeeded", 100m, true)])])
    {
        Agreed = new(100m, IsCancelled: true),
    };

    private static readonly Facts GivenUp = new([Left], [new(Night, 1, 0, 0)], [new(LeftBooking, Left.Id, false, Night, Night.AddDays(1))]);

    private static readonly Dictionary<string, Facts> Broken = new()
    {
        ["no end"] = With(Late with { Status = "refund_pending" }),
        ["at rest never"] = With(Late with { IsRestless = true }),
        ["a saga that failed"] = With(Late with { HasFailed = true }),
        ["an end that was left for nothing"] = With(Late with { Revivals = 2 }),
        ["given up by nobody"] = With(Booked with { Reservations = [Booked.Reservations[0] with { Status = "cancelled" }] }),
        ["given up and standing"] = GivenUp with { Intents = [Left with { Reservations = [Left.Reservations[0] with { Status = "confirmed" }] }] },
        ["given up and kept at the Host"] = GivenUp with { AtHost = [GivenUp.AtHost[0] with { Stands = true }] },
        ["given up and its nights not given back"] = GivenUp with { Nights = [new(Night, 1, 1, 0)] },
        ["less given back than agreed"] = GivenUp with { Intents = [Left with { Agreed = new(120m, IsCancelled: true) }] },
        ["more given back than agreed"] = GivenUp with { Intents = [Left with { Agreed = new(80m, IsCancelled: true) }] },
        ["confirmed twice"] = With(Booked with { Confirmations = 2 }),
        ["confirmed and then something else"] = With(Late with { Confirmations = 1, MovesAfterEnd = 1 }),
        ["confirmed without a reservation"] = With(Booked with { Reservations = [] }),
        ["a reservation of somebody who was refused"] = With(Late with { Reservations = Booked.Reservations }),
        ["kept at the provider"] = With(Late with { Charges = [Late.Charges[0] with { Refunds = [] }] }),
        ["given back though booked"] = With(Booked with { Charges = [Booked.Charges[0] with { Refunds = [new("re_9", "succeeded", 200m, true)] }, Booked.Charges[1]] }),
        ["a charge that nobody here knows"] = With(Late with { Charges = [.. Late.Charges, new("pi_3", null, "succeeded", 200m, null, [])] }),
        ["taken here and not there"] = With(Late with { Attempts = [.. Late.Attempts, new("succeeded", "pi_4", 200m, 200m)] }),
        ["not in the ledger"] = With(Booked with { Attempts = [Booked.Attempts[0] with { InTheBooks = 0m }, Booked.Attempts[1]] }),
        ["twice in the ledger"] = With(Late with { Refunds = [Late.Refunds[0] with { InTheBooks = 400m }] }),
        ["refunded twice there"] = With(Late with { Charges = [Late.Charges[0] with { Received = 400m, Refunds = [.. Late.Charges[0].Refunds, new("re_3", "succeeded", 200m, true)] }] }),
        ["a refund on record twice"] = With(Late with { Refunds = [.. Late.Refunds, .. Late.Refunds] }),
        ["a refund that was never made"] = With(Late with { Refunds = [.. Late.Refunds, new("requested", null, 0m, 0m)] }),
        ["a refund of another amount"] = With(Late with { Refunds = [Late.Refunds[0] with { Amount = 199m }] }),
        ["not at the Host"] = Sound with { AtHost = [] },
        ["left at the Host"] = Sound with { AtHost = [Sound.AtHost[0], Sound.AtHost[1] with { Stands = true }] },
        ["other nights at the Host"] = Sound with { AtHost = [Sound.AtHost[0] with { CheckOut = Night.AddDays(2) }] },
        ["another booking than the intent names"] = With(Booked with { HostBookingId = Guid.CreateVersion7() }),
        ["a night sold twice"] = Sound with
        {
            Intents = [Booked, Booked with { Id = Guid.CreateVersion7() }],
            Nights = [new(Night, 1, 2, 0)],
        },
        ["a night that the calendar counts wrongly"] = Sound with { Nights = [new(Night, 1, 0, 0)] },
        ["a hold left behind"] = Sound with { Nights = [new(Night, 2, 1, 1)] },
    };

    public static TheoryData<string> Cases => [.. Broken.Keys];

    [Fact]
    public void Sound_facts_pass() => Assert.Equal([], [.. Verdict.Of(Sound), .. Verdict.Of(GivenUp)]);

    [Theory]
    [InlineData(100, 89, false)]
    [InlineData(100, 90, true)]
    [InlineData(1_000, 899, false)]
    [InlineData(99, 0, true)]
    public void A_race_that_was_not_run_as_it_is_meant_does_not_hold(int seeds, int met, bool holds)
    {
        var race = RaceList.All.Single(race => race.Name == "report-before-commit");

        Assert.Equal(holds, new RaceResult(race, seeds, new Dictionary<string, int>(), 0, new Dictionary<string, int> { ["reported first"] = met }, []).Holds);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_must_not_be_is_seen(string what) => Assert.NotEmpty(Verdict.Of(Broken[what]));

    private static Facts With(IntentFacts changed) =>
        Sound with { Intents = [.. Sound.Intents.Select(intent => intent.Id == changed.Id ? changed : intent)] };
}
