using System.Net.Http.Json;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>What the control API tells of money, and the orders that are for one charge alone.</summary>
public sealed class BooksTests
{
    [Fact]
    public async Task Both_providers_tell_what_came_in_and_what_went_back_in_the_same_words()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var card = (await sandbox.Stripe.PayAsync(more: "&metadata[of]=guest-7")).String("id");
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=500&currency=brl", "unpaid");
        await sandbox.Stripe.FormAsync("/v1/refunds", $"payment_intent={card}&amount=4000", "r");
        var pix = (await sandbox.Pix.PixAsync(10m, "k")).Json.GetProperty("id").ToString();
        await sandbox.Pix.PayAsync(pix);
        await sandbox.Pix.PixAsync($"/v1/payments/{pix}/refunds", new { }, "r");

        var cards = (await sandbox.Stripe.ReadAsync("/control/books")).Json.EnumerateArray().ToArray();
        var pixes = (await sandbox.Pix.ReadAsync("/control/books")).Json.EnumerateArray().ToArray();

        Assert.Equal([(card, 640m, 40m), (cards[1].GetProperty("id").GetString()!, 0m, 0m)], cards.Select(Booked));
        Assert.Equal([(pix, 10m, 10m)], pixes.Select(Booked));
        Assert.Equal(card, Assert.Single((await sandbox.Stripe.ReadAsync("/control/books?mentions=guest-7")).Json.EnumerateArray()).GetProperty("id").GetString());
        Assert.Empty((await sandbox.Stripe.ReadAsync("/control/books?mentions=guest-8")).Json.EnumerateArray());
        Assert.Empty((await sandbox.Stripe.ReadAsync("/control/books?since=2100-01-01T00:00:00Z")).Json.EnumerateArray());
        Assert.Empty((await sandbox.Pix.ReadAsync("/control/books?since=2100-01-01T00:00:00Z")).Json.EnumerateArray());
        Assert.Empty((await sandbox.Host.ReadAsync("/control/bookings?since=2100-01-01T00:00:00Z")).Json.EnumerateArray());
    }

    [Fact]
    public async Task The_books_can_be_waited_for()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var waiting = sandbox.Stripe.ReadAsync("/control/books?mentions=guest-7&refunds=1&wait_ms=20000");
        var card = (await sandbox.Stripe.PayAsync(more: "&metadata[of]=guest-7")).String("id");
        Assert.False(waiting.IsCompleted);

        await sandbox.Stripe.FormAsync("/v1/refunds", $"payment_intent={card}", "r");

        Assert.Equal((card, 640m, 640m), Booked(Assert.Single((await waiting).Json.EnumerateArray())));
    }

    [Fact]
    public async Task A_transfer_that_was_under_way_arrives_though_its_charge_was_withdrawn()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var pix = (await sandbox.Pix.PixAsync(10m, "k")).Json.GetProperty("id").ToString();
        await sandbox.Pix.CallAsync(HttpMethod.Put, $"/v1/payments/{pix}", JsonContent.Create(new { status = "cancelled" }));

        Assert.Equal(409, (await sandbox.Pix.PayAsync(pix)).Status);
        var arrived = await sandbox.Pix.CallAsync(HttpMethod.Post, $"/control/pix/{pix}/pay", JsonContent.Create(new { withdrawn = true }));

        Assert.Equal((200, "approved"), (arrived.Status, arrived.String("status")));
    }

    [Fact]
    public async Task A_refund_is_decided_for_one_charge_and_the_others_are_made()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var (one, other) = ((await sandbox.Stripe.PayAsync()).String("id"), (await sandbox.Stripe.PayAsync()).String("id"));
        await sandbox.Stripe.ControlAsync("refunds/behaviour", new { outcome = "pending", payment = one });
        var pixes = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            pixes.Add((await sandbox.Pix.PixAsync(10m, $"k{i}")).Json.GetProperty("id").ToString());
            await sandbox.Pix.PayAsync(pixes[i]);
        }

        await sandbox.Pix.ControlAsync("refunds/behaviour", new { outcome = "in_process", payment = long.Parse(pixes[0], System.Globalization.CultureInfo.InvariantCulture) });

        Assert.Equal("succeeded", (await sandbox.Stripe.FormAsync("/v1/refunds", $"payment_intent={other}", "r1")).String("status"));
        Assert.Equal("pending", (await sandbox.Stripe.FormAsync("/v1/refunds", $"payment_intent={one}", "r2")).String("status"));
        Assert.Equal("approved", (await sandbox.Pix.PixAsync($"/v1/payments/{pixes[1]}/refunds", new { }, "r1")).String("status"));
        Assert.Equal("in_process", (await sandbox.Pix.PixAsync($"/v1/payments/{pixes[0]}/refunds", new { }, "r2")).String("status"));
    }

    [Fact]
    public async Task A_rule_for_webhooks_takes_only_those_that_mention_what_it_is_about()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await sandbox.Stripe.ControlAsync("webhooks/rules", new { action = "drop", count = (int?)null, mentions = "guest-7" });

        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=500&currency=brl&metadata[of]=guest-7", "a");
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=600&currency=brl&metadata[of]=guest-8", "b");

        Assert.Contains("guest-8", Assert.Single(await catcher.WaitAsync(1)).Text, StringComparison.Ordinal);
        Assert.Equal(1, (await sandbox.Stripe.ReadAsync("/control/webhooks")).Json.GetProperty("dropped").GetInt32());
    }

    private static (string Id, decimal Received, decimal Refunded) Booked(System.Text.Json.JsonElement charge) => (
        charge.GetProperty("id").GetString()!,
        charge.GetProperty("received").GetDecimal(),
        charge.GetProperty("refunds").EnumerateArray().Where(refund => refund.GetProperty("is_made").GetBoolean()).Sum(refund => refund.GetProperty("amount").GetDecimal()));
}
