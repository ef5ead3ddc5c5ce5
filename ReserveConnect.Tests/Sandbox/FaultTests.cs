using System.Text.Json;
using ReserveConnect.Sandbox;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class FaultTests
{
    private const string Intent = "amount=64000&currency=brl";

    [Fact]
    public async Task A_call_fails_with_the_status_ordered_and_nothing_is_done()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        foreach (var client in new[] { sandbox.Host, sandbox.Stripe, sandbox.Pix })
            await client.ControlAsync("faults", new { kind = "status", status = 503, method = "POST", path = "/v1/*", count = 2 });
        var room = await sandbox.Host.OpenRoomAsync();

        Assert.Equal([503, 503, 201], await RepeatAsync(3, () => sandbox.Host.BookAsync(room, "k")));
        Assert.Equal([503, 503, 200], await RepeatAsync(3, () => sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "k")));
        Assert.Equal([503, 503, 201], await RepeatAsync(3, () => sandbox.Pix.PixAsync(10m, "k")));
    }

    [Fact]
    public async Task A_fault_hits_only_the_calls_it_is_meant_for()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent)).String("id");
        await sandbox.Stripe.ControlAsync("faults", new { kind = "status", status = 500, method = "post", path = "/v1/payment_intents/*/confirm", count = (int?)null });

        Assert.Equal(200, (await sandbox.Stripe.ReadAsync($"/v1/payment_intents/{id}")).Status);
        Assert.Equal(200, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent)).Status);
        Assert.Equal([500, 500, 500], await RepeatAsync(3, () => sandbox.Stripe.FormAsync($"/v1/payment_intents/{id}/confirm", "payment_method=pm_card_visa")));
        await sandbox.Stripe.ControlAsync(HttpMethod.Delete, "faults");
        Assert.Equal(200, (await sandbox.Stripe.FormAsync($"/v1/payment_intents/{id}/confirm", "payment_method=pm_card_visa")).Status);
    }

    [Fact]
    public async Task A_body_may_be_given_and_else_is_in_the_providers_words()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        foreach (var client in new[] { sandbox.Host, sandbox.Stripe, sandbox.Pix })
            await client.ControlAsync("faults", new { kind = "status", status = 500 });
        await sandbox.Host.ControlAsync("faults", new { kind = "status", status = 502, body = new { gateway = "down" } });

        Assert.Equal("internal_error", (await sandbox.Host.ReadAsync($"{HostDesk.City}/properties")).String("code"));
        Assert.Equal("""{"gateway":"down"}""", (await sandbox.Host.ReadAsync($"{HostDesk.City}/properties")).Text);
        Assert.Equal("api_error", (await sandbox.Stripe.ReadAsync("/v1/events")).Json.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(500, (await sandbox.Pix.ReadAsync("/v1/payments/search")).Json.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Too_many_requests_says_when_to_come_back()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        foreach (var client in new[] { sandbox.Host, sandbox.Stripe, sandbox.Pix })
        {
            await client.ControlAsync("faults", new { kind = "rate_limit", retry_after = 7 });
            var answer = await client.ReadAsync("/v1/anything");

            Assert.Equal(429, answer.Status);
            Assert.Equal(TimeSpan.FromSeconds(7), answer.Message.Headers.RetryAfter!.Delta);
        }
    }

    [Fact]
    public async Task A_call_is_slow_and_holds_its_idempotency_key_meanwhile()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var clock = TimeProvider.System;
        await sandbox.Stripe.ControlAsync("faults", new { kind = "slow", delay_ms = 2000 });
        await sandbox.Pix.ControlAsync("faults", new { kind = "slow", delay_ms = 2000 });
        await sandbox.Host.ControlAsync("faults", new { kind = "slow", delay_ms = 200 });
        var start = clock.GetTimestamp();
        var slow = sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "k");
        var slowPix = sandbox.Pix.PixAsync(10m, "k");
        await TakenAsync(sandbox.Stripe);
        await TakenAsync(sandbox.Pix);

        var meanwhile = await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "k");
        var meanwhilePix = await sandbox.Pix.PixAsync(10m, "k");

        Assert.Equal((409, "idempotency_key_in_use"), (meanwhile.Status, meanwhile.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(409, meanwhilePix.Status);
        Assert.Equal((200, 201), ((await slow).Status, (await slowPix).Status));
        Assert.True(clock.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(1990));
        var before = clock.GetTimestamp();
        await sandbox.Host.ReadAsync($"{HostDesk.City}/properties");
        Assert.True(clock.GetElapsedTime(before) >= TimeSpan.FromMilliseconds(190));
    }

    [Theory]
    [InlineData("time_out_after_work")]
    [InlineData("cut_after_work")]
    public async Task A_call_does_its_work_and_is_never_answered(string kind)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();
        foreach (var client in new[] { sandbox.Host, sandbox.Stripe, sandbox.Pix })
        {
            await client.ControlAsync("faults", new { kind, method = "POST", path = "/v1/*" });
            await client.ControlAsync(HttpMethod.Delete, "calls");
        }

        await UnansweredAsync(kind, sandbox.Host, client => client.BookAsync(room, "k"));
        await UnansweredAsync(kind, sandbox.Stripe, client => client.FormAsync("/v1/payment_intents", Intent, "k"));
        await UnansweredAsync(kind, sandbox.Pix, client => client.PixAsync(10m, "k"));

        foreach (var client in new[] { sandbox.Host, sandbox.Stripe, sandbox.Pix })
            Assert.Equal(0, (await LoggedAsync(client)).GetProperty("status").GetInt32());
        Assert.Equal("confirmed", (await sandbox.Host.ReadAsync("/v1/bookings/by-key/k")).String("status"));
        Assert.Equal(200, (await sandbox.Host.BookAsync(room, "k")).Status);
        var replayed = await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "k");
        Assert.Equal(["true"], replayed.Message.Headers.GetValues("Idempotent-Replayed"));
        Assert.Single((await sandbox.Stripe.ReadAsync("/v1/payment_intents")).Json.GetProperty("data").EnumerateArray());
        Assert.Equal(200, (await sandbox.Pix.PixAsync(10m, "k")).Status);
        Assert.Single((await sandbox.Pix.ReadAsync("/control/objects")).Json.EnumerateArray());
    }

    [Fact]
    public async Task A_call_is_cut_before_anything_is_done()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();
        foreach (var client in new[] { sandbox.Host, sandbox.Stripe, sandbox.Pix })
            await client.ControlAsync("faults", new { kind = "cut_before_work", method = "POST", path = "/v1/*" });

        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.Host.BookAsync(room, "k"));
        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "k"));
        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.Pix.PixAsync(10m, "k"));

        Assert.Equal(404, (await sandbox.Host.ReadAsync("/v1/bookings/by-key/k")).Status);
        Assert.Empty((await sandbox.Stripe.ReadAsync("/v1/payment_intents")).Json.GetProperty("data").EnumerateArray());
        Assert.Empty((await sandbox.Pix.ReadAsync("/control/objects")).Json.EnumerateArray());
    }

    [Fact]
    public async Task What_a_call_causes_overtakes_its_answer()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await sandbox.Stripe.ControlAsync("faults", new { kind = "slow_answer", delay_ms = 1500 });
        await sandbox.Pix.ControlAsync("faults", new { kind = "slow_answer", delay_ms = 1500 });

        var card = sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "k");
        var pix = sandbox.Pix.PixAsync(10m, "k");
        await catcher.WaitAsync(2);

        Assert.False(card.IsCompleted || pix.IsCompleted);
        Assert.Equal((200, 201), ((await card).Status, (await pix).Status));
        Assert.Equal("requires_payment_method", (await card).String("status"));
    }

    [Fact]
    public async Task An_answer_that_is_held_comes_when_it_is_let_go_and_what_was_asked_is_done_before()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await sandbox.Stripe.ControlAsync("faults", new { kind = "hold_answer", method = "POST", mentions = "guest-7" });

        var other = await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "guest-8");
        var held = sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "guest-7");
        await catcher.WaitAsync(2);

        Assert.Equal(200, other.Status);
        Assert.False(held.IsCompleted);
        await sandbox.Stripe.ControlAsync(HttpMethod.Post, "faults/let-go?mentions=guest-7");
        Assert.Equal((200, "requires_payment_method"), ((await held).Status, (await held).String("status")));
        Assert.Equal(200, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "guest-7")).Status);
    }

    [Fact]
    public async Task A_rule_for_webhooks_lets_those_go_plainly_that_it_skips()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await sandbox.Stripe.ControlAsync("webhooks/rules", new { action = "drop", skip = 1 });

        foreach (var key in new[] { "a", "b", "c" })
            Assert.Equal(200, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, key)).Status);

        await catcher.WaitAsync(2);
        var dropped = await sandbox.Stripe.ReadAsync("/control/webhooks");
        Assert.Equal(1, dropped.Json.GetProperty("dropped").GetInt32());
    }

    [Fact]
    public void Of_several_orders_for_a_text_the_first_is_taken_whether_it_names_an_id_or_a_word_or_nothing()
    {
        var orders = new MentionedOrders<string>();
        orders.Add("word", "guest-7");
        orders.Add("id", "pi_3Abcdefghijklmn");
        orders.Add("all", null);

        Assert.Equal("all", orders.First("nothing of it", _ => true)!.Order);
        Assert.Equal("word", orders.First("pi_3Abcdefghijklmn of guest-77", _ => true)!.Order);
        Assert.Equal("id", orders.First("pi_3Abcdefghijklmn_secret_x", _ => true)!.Order);
        Assert.Equal("all", orders.First("pi_3Abcdefghijklmnopq", _ => true)!.Order);
        Assert.Equal("all", orders.First("pi_3Abcdefghijklmn of guest-7", order => order == "all")!.Order);
        orders.Remove("pi_3Abcdefghijklmn");
        Assert.Equal(["word", "all"], orders.All);
        Assert.False(orders.AnyMentioned(order => order != "word"));
    }

    [Fact]
    public async Task A_fault_hits_only_calls_that_mention_what_it_is_about()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        foreach (var client in new[] { sandbox.Stripe, sandbox.Pix })
            await client.ControlAsync("faults", new { kind = "status", status = 503, count = (int?)null, mentions = "guest-7" });

        Assert.Equal(200, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "guest-8")).Status);
        Assert.Equal(503, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "guest-7")).Status);
        Assert.Equal(503, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent + "&metadata[of]=guest-7", "k")).Status);
        Assert.Equal(503, (await sandbox.Stripe.ReadAsync("/v1/payment_intents/guest-7")).Status);
        Assert.Equal(201, (await sandbox.Pix.PixAsync(10m, "k")).Status);
        Assert.Equal(503, (await sandbox.Pix.PixAsync(10m, "m", reference: "guest-7")).Status);
        await sandbox.Stripe.ControlAsync(HttpMethod.Delete, "faults?mentions=guest-8");
        Assert.Equal(503, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "guest-7")).Status);
        await sandbox.Stripe.ControlAsync(HttpMethod.Delete, "faults?mentions=guest-7");
        Assert.Equal(200, (await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "guest-7")).Status);
    }

    [Fact]
    public async Task Calls_are_counted_by_operation()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.Stripe.ReadAsync("/v1/payment_intents/pi_1");
        await sandbox.Stripe.ReadAsync("/v1/payment_intents/pi_2");
        await sandbox.Stripe.FormAsync("/v1/payment_intents", Intent, "key-7");

        var calls = (await sandbox.Stripe.ReadAsync("/control/calls")).Json;

        Assert.Equal(3, calls.GetProperty("total").GetInt32());
        Assert.Equal(2, calls.GetProperty("counts").GetProperty("GET /v1/payment_intents/{id}").GetInt32());
        var last = calls.GetProperty("last").EnumerateArray().Last();
        Assert.Equal(("POST", "key-7", 200), (last.GetProperty("method").GetString(), last.GetProperty("key").GetString(), last.GetProperty("status").GetInt32()));
        await sandbox.Stripe.ControlAsync(HttpMethod.Delete, "calls");
        Assert.Equal(0, (await sandbox.Stripe.ReadAsync("/control/calls")).Json.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("""{"kind":"earthquake"}""")]
    [InlineData("""{"kind":"slow","delay":5}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task An_order_that_cannot_be_read_is_refused(string order)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var body = new StringContent(order, System.Text.Encoding.UTF8, "application/json");

        var answer = await sandbox.Stripe.CallAsync(HttpMethod.Post, "/control/faults", body);

        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(answer.String("error"));
    }

    private static async Task<IEnumerable<int>> RepeatAsync(int times, Func<Task<Answer>> call)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
            statuses.Add((await call()).Status);
        return statuses;
    }

    private static async Task UnansweredAsync(string kind, HttpClient client, Func<HttpClient, Task<Answer>> call)
    {
        using var impatient = RunningSandbox.Client(client.BaseAddress!, client.DefaultRequestHeaders.Authorization!.Parameter!);
        impatient.Timeout = TimeSpan.FromMilliseconds(800);
        if (kind == "cut_after_work")
            await Assert.ThrowsAsync<HttpRequestException>(() => call(impatient));
        else
            await Assert.ThrowsAsync<TaskCanceledException>(() => call(impatient));
    }

    // A call is logged once it is over, which the caller of a cut one may know before.
    private static async Task<JsonElement> LoggedAsync(HttpClient client)
    {
        while (true)
        {
            var last = (await client.ReadAsync("/control/calls")).Json.GetProperty("last");
            if (last.GetArrayLength() > 0)
                return last[0];
            await Task.Delay(5);
        }
    }

    // The fault leaves the list at the moment in which the slow call has begun.
    private static async Task TakenAsync(HttpClient client)
    {
        while ((await client.ReadAsync("/control/faults")).Json.GetArrayLength() > 0)
            await Task.Delay(5);
        await Task.Delay(50);
    }
}
