using System.Text.Json;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class RestartTests
{
    [Fact]
    public async Task What_was_answered_survives_kill_9()
    {
        using var folder = new ScratchFolder();
        (string, string) state = ("State__Directory", folder.Path);
        string room, booking, intent, payment, availability, properties;
        await using (var first = await SandboxProcess.StartAsync(state))
        {
            room = await first.Host.OpenRoomAsync();
            var cancelled = (await first.Host.BookAsync(room, "a")).String("id");
            await first.Host.CallAsync(HttpMethod.Post, $"/v1/bookings/{cancelled}/cancel");
            booking = (await first.Host.BookAsync(room, "b")).Text;
            await first.Host.CallAsync(HttpMethod.Post, "/v1/bookings/by-key/c/cancel");
            await first.Host.ControlAsync(HttpMethod.Put, "nights", new { room_type_id = room, from = HostDesk.Text(HostDesk.Day(3)), to = HostDesk.Text(HostDesk.Day(5)), clear_price = true });
            await first.Host.ControlAsync(HttpMethod.Put, "nights", new { room_type_id = room, from = HostDesk.Text(HostDesk.Day(4)), to = HostDesk.Text(HostDesk.Day(5)), price = 99.5m });
            properties = (await first.Host.ReadAsync($"{HostDesk.City}/properties")).Text;
            availability = (await first.Host.ReadAsync($"{HostDesk.City}/availability?limit=500")).Text;
            intent = (await first.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl&payment_method=pm_card_visa&confirm=true", "i")).Text;
            payment = (await first.Pix.PixAsync(64m, "p")).Text;
            await first.Mail.MailAsync("ana@example.com");
            await first.KillAsync();
        }

        await using var second = await SandboxProcess.StartAsync(state);
        var id = JsonDocument.Parse(intent).RootElement.GetProperty("id").GetString();

        Assert.Equal(booking, (await second.Host.ReadAsync("/v1/bookings/by-key/b")).Text);
        Assert.Equal((200, booking), (await second.Host.BookAsync(room, "b")) is var again ? (again.Status, again.Text) : default);
        Assert.Equal("key_cancelled", (await second.Host.BookAsync(room, "c")).String("code"));
        Assert.Equal("no_availability", (await second.Host.BookAsync(room, "d")).String("code"));
        Assert.Equal(properties, (await second.Host.ReadAsync($"{HostDesk.City}/properties")).Text);
        Assert.Equal(availability, (await second.Host.ReadAsync($"{HostDesk.City}/availability?limit=500")).Text);
        Assert.Equal(
            [JsonValueKind.Null, JsonValueKind.Number],
            (await second.Host.NightsAsync(room, from: 3, count: 2)).Select(night => night.GetProperty("price").ValueKind));
        Assert.Equal(intent, (await second.Stripe.ReadAsync($"/v1/payment_intents/{id}")).Text);
        Assert.Equal(intent, (await second.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl&payment_method=pm_card_visa&confirm=true", "i")).Text);
        Assert.Equal(payment, (await second.Pix.PixAsync(64m, "p")).Text);
        Assert.Equal("ana@example.com", (await second.Mail.MailsAsync())[0].GetProperty("envelope").GetProperty("to")[0].GetProperty("email").GetString());
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task A_change_that_was_half_written_counts_for_nothing()
    {
        using var folder = new ScratchFolder();
        var options = RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } };
        string id;
        await using (var first = await RunningSandbox.StartAsync(options))
            id = (await first.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl")).String("id");
        await File.AppendAllTextAsync(Path.Combine(folder.Path, "stripe.jsonl"), """[["payment_intent","pi_half",{"id":"pi_ha""");

        for (var run = 0; run < 2; run++)
        {
            await using var next = await RunningSandbox.StartAsync(options);
            Assert.Equal(id, Assert.Single((await next.Stripe.ReadAsync("/v1/payment_intents")).Json.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task A_start_leaves_only_the_latest_of_each_object_in_the_journal()
    {
        using var folder = new ScratchFolder();
        var options = RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } };
        var journal = Path.Combine(folder.Path, "host-connect-urubici.jsonl");
        await using (var first = await RunningSandbox.StartAsync(options))
        {
            var room = await first.Host.OpenRoomAsync();
            for (var i = 0; i < 50; i++)
                await first.Host.ControlAsync(HttpMethod.Put, "nights", new { room_type_id = room, from = HostDesk.Text(HostDesk.Day(3)), to = HostDesk.Text(HostDesk.Day(4)), price = 100 + i });
        }

        var before = (await File.ReadAllLinesAsync(journal)).Length;
        await using (await RunningSandbox.StartAsync(options))
        {
        }

        var nights = (await File.ReadAllLinesAsync(journal)).Count(line => line.Contains("\"night\"", StringComparison.Ordinal));
        Assert.True(before > 50);
        Assert.Equal(60, nights);
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_with_its_name()
    {
        using var folder = new ScratchFolder();
        await using var first = await SandboxProcess.StartAsync(("State__Directory", folder.Path));

        var (exitCode, error) = await SandboxProcess.FailAsync(("State__Directory", folder.Path));

        Assert.Equal(1, exitCode);
        Assert.Contains($"'{folder.Path}' is in use", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_with_its_address()
    {
        await using var first = await RunningSandbox.StartAsync();
        var taken = first.Stripe.BaseAddress!.ToString().TrimEnd('/');

        var (exitCode, error) = await SandboxProcess.FailAsync(("Stripe__Url", taken));

        Assert.Equal(1, exitCode);
        Assert.Contains(taken, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_is_none_is_refused()
    {
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "stripe.jsonl"), "shopping list\n");

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() =>
            RunningSandbox.StartAsync(RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } }));

        Assert.Contains("stripe.jsonl, line 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_forgets_everything_for_good()
    {
        using var folder = new ScratchFolder();
        var options = RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } };
        await using (var first = await RunningSandbox.StartAsync(options))
        {
            await first.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl", "k");
            await first.Host.BookAsync(await first.Host.OpenRoomAsync(), "k");
            await first.Pix.PixAsync(64m, "k");
            foreach (var client in new[] { first.Host, first.Stripe, first.Pix })
                await client.ControlAsync("reset");
            Assert.Empty((await first.Host.ReadAsync("/control/bookings")).Json.EnumerateArray());
        }

        await using var second = await RunningSandbox.StartAsync(options);
        Assert.Empty((await second.Stripe.ReadAsync("/v1/payment_intents")).Json.GetProperty("data").EnumerateArray());
        Assert.Empty((await second.Host.ReadAsync("/control/bookings")).Json.EnumerateArray());
        Assert.Empty((await second.Pix.ReadAsync("/control/objects")).Json.EnumerateArray());
    }
}
