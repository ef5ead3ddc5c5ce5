using System.Net.Http.Json;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class MailTests
{
    private static readonly object[] NoAddress = [new { to = new[] { new { email = "ana" } } }];
    private static readonly object[] NoTo = [new { subject = "x" }];
    private static readonly object[] Twice = [new { to = new[] { new { email = "ana@example.com" } }, cc = new[] { new { email = "ANA@example.com" } } }];
    private static readonly object[] HtmlFirst = [new { type = "text/html", value = "<p>" }, new { type = "text/plain", value = "Text" }];
    private static readonly object[] Empty = [new { type = "text/plain", value = "" }];

    public static TheoryData<string, object?, string> Wrong() => new()
    {
        { "personalizations", null, "personalizations" },
        { "personalizations", NoTo, "personalizations.0.to" },
        { "personalizations", NoAddress, "personalizations.0.to.0.email" },
        { "personalizations", Twice, "personalizations.0" },
        { "from", null, "from.email" },
        { "from", new { email = "bookings" }, "from.email" },
        { "subject", "", "subject" },
        { "content", null, "content" },
        { "content", Empty, "content.0.value" },
        { "content", HtmlFirst, "content" },
        { "categories", new[] { "a", "a" }, "categories" },
        { "template_id", "d-1", "template_id" },
        { "subject", 7, "subject" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_field_is_named_and_nothing_is_taken(string member, object? value, string field)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var (status, id, json) = await sandbox.Mail.MailAsync("ana@example.com", (member, value));

        Assert.Equal((400, null), (status, id));
        Assert.Equal(field, json.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.NotEmpty(json.GetProperty("errors")[0].GetProperty("message").GetString()!);
        Assert.Empty(await sandbox.Mail.MailsAsync());
    }

    [Fact]
    public async Task Mail_is_kept_in_order_found_by_address_and_forgotten()
    {
        await using var sandbox = await RunningSandbox.StartAsync(RunningSandbox.Options with { SendGrid = RunningSandbox.Options.SendGrid with { MailsKept = 2 } });
        foreach (var to in (string[])["ana@example.com", "bia@example.com", "caio@example.com"])
            Assert.Equal(202, (await sandbox.Mail.MailAsync(to)).Status);

        Assert.Equal([2, 3], (await sandbox.Mail.MailsAsync()).Select(mail => mail.GetProperty("number").GetInt32()));
        Assert.Single((await sandbox.Mail.GetFromJsonAsync<object[]>("/control/mails?to=bia@example.com"))!);
        await sandbox.Mail.CallAsync(HttpMethod.Delete, "/control/mails");
        Assert.Empty(await sandbox.Mail.MailsAsync());
    }

    [Fact]
    public async Task Without_the_key_nothing_is_taken()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        sandbox.Mail.DefaultRequestHeaders.Authorization = new("Bearer", "SG.other");
        Assert.Equal(401, (await sandbox.Mail.MailAsync("ana@example.com")).Status);
        Assert.Empty(await sandbox.Mail.MailsAsync());
    }
}
