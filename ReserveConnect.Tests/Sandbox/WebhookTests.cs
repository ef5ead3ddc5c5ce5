using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Sandbox;
using ReserveConnect.Sandbox.MercadoPago;
using ReserveConnect.Sandbox.Stripe;
using ReserveConnect.Sandbox.Webhooks;
using ReserveConnect.Tests.Hosts;
using ReserveConnect.Tests.Providers;
using ReserveConnect.Tests.Providers.HostConnect;
using ReserveConnect.Tests.Providers.MercadoPago;
using ReserveConnect.Tests.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

[Trait("Needs", "shared")]
public sealed class WebhookTests
{
    [Fact]
    public async Task The_host_signs_what_its_contract_says()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        var room = await sandbox.Host.OpenRoomAsync();
        var type = (await sandbox.Host.ReadAsync($"{HostDesk.City}/room-types?limit=1")).Json.GetProperty("items")[0];
        await sandbox.Host.ControlAsync(HttpMethod.Patch, $"properties/{type.GetProperty("property_id")}", new { name = "Outra" });
        await sandbox.Host.ControlAsync(HttpMethod.Patch, $"room-types/{type.GetProperty("id")}", new { name = "Outro" });
        await sandbox.Host.BookAsync(room, "k");

        var told = await catcher.WaitAsync(5);

        Assert.Equal(["availability.changed", "availability.changed", "booking.changed", "property.changed", "room_type.changed"], told.Select(w => w.Type).Order());
        Assert.All(told, webhook => HostContract.AssertValid("WebhookEvent", webhook.Text));
        Assert.All(told, webhook => AssertSigned(webhook, "Host-Connect-Signature", "hc_sandbox_webhook_secret"));
        Assert.Equal("k", told.Single(w => w.Type == "booking.changed").Json.GetProperty("data").GetProperty("idempotency_key").GetString());
    }

    [Fact]
    public async Task The_host_keeps_its_own_channels_bookings_to_itself_when_told_so()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        var options = RunningSandbox.Options with { HostConnect = RunningSandbox.Options.HostConnect with { AnnounceOwnBookings = false } };
        await using var sandbox = await RunningSandbox.StartAsync(catcher, options);
        var room = await sandbox.Host.OpenRoomAsync(allotment: 2);
        await sandbox.Host.BookAsync(room, "k");
        await sandbox.Host.ControlAsync("bookings", new { room_type_id = room, check_in = HostDesk.Text(HostDesk.Day(10)), check_out = HostDesk.Text(HostDesk.Day(11)) });

        var told = await catcher.WaitAsync(3);

        Assert.Equal(["availability.changed", "availability.changed", "booking.changed"], told.Select(w => w.Type).Order());
        Assert.StartsWith("manual-", told.Single(w => w.Type == "booking.changed").Json.GetProperty("data").GetProperty("idempotency_key").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stripe_sends_only_the_events_that_its_endpoint_enables_and_lists_all()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        var options = RunningSandbox.Options with { Stripe = RunningSandbox.Options.Stripe with { EnabledEvents = ["payment_intent.succeeded"] } };
        await using var sandbox = await RunningSandbox.StartAsync(catcher, options);
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl&payment_method=pm_card_visa&confirm=true", "key-1");
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl&payment_method=pm_card_visa&confirm=true", "key-2");

        var told = await catcher.WaitAsync(2);
        var listed = (await sandbox.Stripe.ReadAsync("/v1/events")).Json.GetProperty("data").EnumerateArray().ToArray();

        Assert.All(told, webhook => Assert.Equal("payment_intent.succeeded", webhook.Type));
        Assert.Equal(6, listed.Length);
    }

    [Fact]
    public async Task Stripe_signs_the_events_it_also_lists()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl&payment_method=pm_card_visa&confirm=true", "key-1");

        var told = await catcher.WaitAsync(3);
        var listed = (await sandbox.Stripe.ReadAsync("/v1/events")).Json.GetProperty("data").EnumerateArray().ToArray();

        Assert.Equal(["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"], listed.Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(listed.Select(e => e.GetRawText()).Order(), told.Select(w => w.Text).Order());
        Assert.All(told, webhook => AssertSigned(webhook, "Stripe-Signature", "whsec_sandbox"));
        Assert.All(told, webhook => StripeSchema.AssertValid("Event", webhook.Text));
        Assert.All(told, webhook => Assert.Equal("key-1", webhook.Json.GetProperty("request").GetProperty("idempotency_key").GetString()));
        Assert.All(told, webhook => Assert.Equal("2026-07-29.dahlia", webhook.Json.GetProperty("api_version").GetString()));
    }

    [Fact]
    public void Stripes_signature_is_that_of_the_published_vectors()
    {
        var vectors = Contracts.Json("stripe/webhook-signature-vectors-open.json").GetProperty("vectors").EnumerateArray()
            .Where(v => v.GetProperty("expect_valid").GetBoolean()).ToArray();
        Assert.NotEmpty(vectors);
        foreach (var vector in vectors)
        {
            var header = vector.GetProperty("stripe_signature_header").GetString()!;
            var t = long.Parse(header.Split(',').Single(part => part.StartsWith("t=", StringComparison.Ordinal))[2..], System.Globalization.CultureInfo.InvariantCulture);
            var body = Convert.FromBase64String(vector.GetProperty("payload_base64").GetString()!);
            var made = StripeEvents.Signer(vector.GetProperty("secret").GetString()!)(Anything with { Body = body }, DateTimeOffset.FromUnixTimeSeconds(t)).Single().Value;

            Assert.Contains(made.Split(',')[1], header, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Mercado_pago_signs_the_id_of_the_query()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        var id = (await sandbox.Pix.PixAsync(10m, "k", target: $"{catcher.Url}/own?source=x")).PaymentId();
        await sandbox.Pix.PayAsync(id);
        await sandbox.Pix.PixAsync(10m, "l");

        var told = await catcher.WaitAsync(3);

        Assert.Equal(["/own", "/own", "/pix"], told.Select(w => w.Path).Order());
        Assert.Equal($"?source=x&data.id={id}&type=payment", told.First(w => w.Path == "/own").Query);
        foreach (var webhook in told)
        {
            MercadoPagoSchema.AssertValid("WebhookNotification", webhook.Text);
            var signature = webhook.Headers["x-signature"];
            var ts = signature.Split(',')[0][3..];
            var dataId = webhook.Json.GetProperty("data").GetProperty("id").GetString();
            var manifest = $"id:{dataId};request-id:{webhook.Headers["x-request-id"]};ts:{ts};";
            Assert.Equal(Hmac("mp_sandbox_webhook_secret", Encoding.UTF8.GetBytes(manifest)), signature.Split("v1=")[1]);
            Assert.Contains($"data.id={dataId}&type=payment", webhook.Query, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mercado_pagos_manifest_is_that_of_the_published_vectors()
    {
        // The published request id is not ours to choose: the signature is checked through its own header.
        var signed = PixEvents.Signer("your_secret_key_here")(Anything with { Query = "?data.id=999999999&type=payment" }, DateTimeOffset.FromUnixTimeSeconds(1_704_908_010)).ToDictionary();
        var manifest = $"id:999999999;request-id:{signed["x-request-id"]};ts:1704908010000;";

        Assert.Equal($"ts=1704908010000,v1={Hmac("your_secret_key_here", Encoding.UTF8.GetBytes(manifest))}", signed["x-signature"]);
    }

    [Fact]
    public async Task A_webhook_is_sent_until_it_is_answered_well()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        catcher.Answer(500, 404, 302);
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl");

        var told = await catcher.WaitAsync(4);
        var log = await StateAsync(sandbox.Stripe, state => state.GetProperty("delivered").GetInt64() == 1);

        Assert.Single(told.Select(w => w.Text).Distinct());
        Assert.All(told, webhook => AssertSigned(webhook, "Stripe-Signature", "whsec_sandbox"));
        Assert.Equal([500, 404, 302, 200], log.GetProperty("attempts").EnumerateArray().Select(a => a.GetProperty("status").GetInt32()));
        Assert.Equal(0, log.GetProperty("pending").GetInt32());
    }

    [Fact]
    public async Task A_webhook_that_is_never_answered_well_is_given_up_and_sent_again_on_order()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        var options = RunningSandbox.Options with { Webhooks = RunningSandbox.Options.Webhooks with { MaxAttempts = 2 } };
        await using var sandbox = await RunningSandbox.StartAsync(catcher, options);
        catcher.Answer(500, 500);
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl");
        await StateAsync(sandbox.Stripe, state => state.GetProperty("given_up").GetInt64() == 1);

        await sandbox.Stripe.ControlAsync($"webhooks/{catcher.All.First().Id}/resend");

        Assert.Equal(3, (await catcher.WaitAsync(3)).Length);
    }

    [Fact]
    public async Task A_webhook_comes_twice_when_ordered()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await RuleAsync(sandbox.Stripe, new { action = "double", type = "payment_intent.*" });
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl");
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl");

        var told = await catcher.WaitAsync(3);

        Assert.Equal([1, 2], told.GroupBy(w => w.Id).Select(g => g.Count()).Order());
    }

    [Fact]
    public async Task Webhooks_come_in_the_other_order_when_ordered()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await RuleAsync(sandbox.Stripe, new { action = "reorder", type = "charge.succeeded", delay_ms = 60_000 });
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=64000&currency=brl&payment_method=pm_card_visa&confirm=true");

        var order = (await catcher.WaitAsync(3)).Select(w => w.Type).ToList();

        Assert.True(order.IndexOf("charge.succeeded") > order.IndexOf("payment_intent.succeeded"), string.Join(", ", order));
    }

    [Fact]
    public async Task Webhooks_come_late_or_never_or_when_flushed()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        var clock = TimeProvider.System;
        await RuleAsync(sandbox.Stripe, new { action = "delay", delay_ms = 300 });
        await RuleAsync(sandbox.Stripe, new { action = "drop" });
        await RuleAsync(sandbox.Stripe, new { action = "hold", count = (int?)null });
        var start = clock.GetTimestamp();
        for (var i = 0; i < 4; i++)
            await sandbox.Stripe.FormAsync("/v1/payment_intents", $"amount={1000 + i}&currency=brl");

        Assert.Equal(1000, Amount(Assert.Single(await catcher.WaitAsync(1))));
        Assert.True(clock.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(290));
        var state = await StateAsync(sandbox.Stripe, s => s.GetProperty("held").GetInt32() == 2);
        Assert.Equal(1, state.GetProperty("dropped").GetInt64());

        Assert.Equal(2, (await sandbox.Stripe.ControlAsync("webhooks/flush")).Json.GetProperty("count").GetInt32());
        Assert.Equal([1000, 1002, 1003], (await catcher.WaitAsync(3)).Select(Amount).Order());

        static long Amount(Caught webhook) => webhook.Json.GetProperty("data").GetProperty("object").GetProperty("amount").GetInt64();
    }

    [Fact]
    public async Task Webhooks_can_be_switched_off_and_sent_elsewhere()
    {
        await using var first = await WebhookCatcher.StartAsync();
        await using var second = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(first);
        await sandbox.Stripe.ControlAsync(HttpMethod.Put, "webhooks", new { enabled = false });
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=1000&currency=brl");
        await sandbox.Stripe.ControlAsync(HttpMethod.Put, "webhooks", new { enabled = true, target = $"{second.Url}/x" });
        await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=1000&currency=brl");

        Assert.Equal("/x", Assert.Single(await second.WaitAsync(1)).Path);
        Assert.Empty(first.All);
    }

    [Fact]
    public async Task What_was_not_delivered_is_delivered_after_a_restart()
    {
        using var folder = new ScratchFolder();
        var options = RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } };
        await using var deaf = await WebhookCatcher.StartAsync();
        deaf.Answer([.. Enumerable.Repeat(503, 10_000)]);
        string id;
        await using (var sandbox = await RunningSandbox.StartAsync(deaf, options))
        {
            await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=1000&currency=brl");
            id = (await deaf.WaitAsync(1))[0].Id;
        }

        await using var catcher = await WebhookCatcher.StartAsync();
        await using (var sandbox = await RunningSandbox.StartAsync(catcher, options))
        {
            Assert.Equal(id, (await catcher.WaitAsync(1))[0].Id);
            await StateAsync(sandbox.Stripe, state => state.GetProperty("delivered").GetInt64() == 1);
        }

        await using var quiet = await WebhookCatcher.StartAsync();
        await using (var sandbox = await RunningSandbox.StartAsync(quiet, options))
        {
            await sandbox.Stripe.FormAsync("/v1/payment_intents", "amount=2000&currency=brl");
            Assert.NotEqual(id, Assert.Single(await quiet.WaitAsync(1)).Id);
        }
    }

    private static Webhook Anything { get; } = new("id", "type", null, null, [], DateTimeOffset.UnixEpoch);

    private static Task<Answer> RuleAsync(HttpClient client, object rule) => client.ControlAsync("webhooks/rules", rule);

    private static async Task<System.Text.Json.JsonElement> StateAsync(HttpClient client, Func<System.Text.Json.JsonElement, bool> reached)
    {
        for (var i = 0; i < 500; i++)
        {
            var state = (await client.ReadAsync("/control/webhooks")).Json;
            if (reached(state))
                return state;
            await Task.Delay(10);
        }

        throw new TimeoutException((await client.ReadAsync("/control/webhooks")).Text);
    }

    private static void AssertSigned(Caught webhook, string header, string secret)
    {
        var parts = webhook.Headers[header].Split(',');
        var t = parts[0][2..];
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(t, System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(age.TotalSeconds, -2, 30);
        Assert.Equal($"v1={Hmac(secret, [.. Encoding.UTF8.GetBytes(t + "."), .. webhook.Body])}", parts[1]);
    }

    private static string Hmac(string secret, byte[] text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), text));
}
