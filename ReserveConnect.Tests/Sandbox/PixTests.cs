using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ReserveConnect.Providers.Pix;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Providers;
using ReserveConnect.Tests.Providers.MercadoPago;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

[Trait("Needs", "shared")]
public sealed class PixTests
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_charge_is_a_pending_pix_payment_of_the_published_schema()
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var charge = await sandbox.Pix.PixAsync(123.45m, "k", reference: "intent-7");
        var read = await sandbox.Pix.ReadAsync($"/v1/payments/{charge.PaymentId()}");

        Assert.Equal(201, charge.Status);
        MercadoPagoSchema.AssertValid("PixPendingPayment", charge.Text);
        Assert.Equal(charge.Text, read.Text);
        Assert.Equal(123.45m, charge.Json.GetProperty("transaction_amount").GetDecimal());
        Assert.Equal("intent-7", charge.String("external_reference"));
        Assert.Equal("7", charge.Json.GetProperty("metadata").GetProperty("booking_intent_id").GetString());
    }

    [Theory]
    [InlineData("0.01")]
    [InlineData("7")]
    [InlineData("123.4")]
    [InlineData("98765432.10")]
    public async Task The_code_to_copy_is_a_valid_br_code_of_the_amount_and_the_payment(string amount)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var value = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture);

        var charge = await sandbox.Pix.PixAsync(value, "k");
        var data = charge.Json.GetProperty("point_of_interaction").GetProperty("transaction_data");
        var code = BrCode.Parse(data.GetProperty("qr_code").GetString()!).Code!;
        var png = Convert.FromBase64String(data.GetProperty("qr_code_base64").GetString()!);

        Assert.Equal(value, code.Amount);
        Assert.Equal($"mpqrinter{charge.PaymentId()}", code.TxId);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
    }

    [Fact]
    public void The_crc_is_that_of_the_published_vectors()
    {
        var crc = Contracts.Json("pix/brcode-vectors-open.json");
        foreach (var check in crc.GetProperty("crc").GetProperty("check_vectors").EnumerateArray())
            Assert.Equal(check.GetProperty("crc").GetString(), Crc(check.GetProperty("input").GetString()!));
        foreach (var vector in crc.GetProperty("vectors").EnumerateArray())
        {
            var payload = vector.GetProperty("payload").GetString()!;
            Assert.Equal(vector.GetProperty("crc_computed").GetString(), Crc(payload[..^4]));
        }
    }

    [Fact]
    public async Task A_charge_needs_a_key_and_the_same_key_charges_once()
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var without = await sandbox.Pix.PixAsync(10m, null);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => sandbox.Pix.PixAsync(10m, "k")));
        var repeated = await sandbox.Pix.PixAsync(10m, "k");
        var other = await sandbox.Pix.PixAsync(11m, "k");

        Assert.Equal(400, without.Status);
        Assert.Equal(4292, without.Json.GetProperty("cause")[0].GetProperty("code").GetInt32());
        MercadoPagoSchema.AssertValid("Error", without.Text);
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 200, 201, 409 }));
        Assert.Equal((200, answers.Single(a => a.Status == 201).Text), (repeated.Status, repeated.Text));
        Assert.Equal(409, other.Status);
        Assert.Single((await sandbox.Pix.ReadAsync("/control/objects")).Json.EnumerateArray());
    }

    [Fact]
    public async Task A_paid_charge_is_approved_less_the_fee()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Pix.PixAsync(640.00m, "k")).PaymentId();

        var paid = await sandbox.Pix.PayAsync(id);
        var again = await sandbox.Pix.PayAsync(id);

        MercadoPagoSchema.AssertValid("Payment", paid.Text);
        Assert.Equal(("approved", "accredited"), (paid.String("status"), paid.String("status_detail")));
        Assert.Equal(6.34m, Assert.Single(paid.Json.GetProperty("fee_details").EnumerateArray()).GetProperty("amount").GetDecimal());
        Assert.Equal(633.66m, paid.Json.GetProperty("transaction_details").GetProperty("net_received_amount").GetDecimal());
        Assert.Equal(409, again.Status);
    }

    [Fact]
    public async Task What_the_bank_sends_is_what_the_payment_is_of()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Pix.PixAsync(640.00m, "k")).PaymentId();

        var paid = await sandbox.Pix.ControlAsync($"pix/{id}/pay", new { amount = 64.00m });

        Assert.Equal(64.00m, paid.Json.GetProperty("transaction_amount").GetDecimal());
    }

    // By distance from now: the test cases are listed long before the last of them runs.
    public static TheoryData<string, string, bool> Expirations => new()
    {
        { "00:31:00", "as sent", true },
        { "00:32:00", "-04:00", true },
        { "29.00:00:00", "as sent", true },
        { "01:00:00", "Z", true },
        { "00:20:00", "as sent", false },
        { "31.00:00:00", "as sent", false },
        { "-1.00:00:00", "as sent", false },
        { "01:00:00", "Z without milliseconds", false },
        { "01:00:00", "word", false },
    };

    [Theory]
    [MemberData(nameof(Expirations))]
    public async Task A_charge_lives_between_thirty_minutes_and_thirty_days(string distance, string form, bool accepted)
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        Assert.Equal(accepted ? 201 : 400, (await sandbox.Pix.PixAsync(10m, "k", Written(Now + TimeSpan.Parse(distance, CultureInfo.InvariantCulture), form))).Status);
    }

    private static string Written(DateTimeOffset instant, string form) => form switch
    {
        "-04:00" => PixCalls.Text(instant.ToOffset(TimeSpan.FromHours(-4))),
        "Z" => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        "Z without milliseconds" => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        "word" => "tomorrow",
        _ => PixCalls.Text(instant),
    };

    [Fact]
    public async Task A_charge_that_nobody_paid_expires_and_takes_no_money_any_more()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        var id = (await sandbox.Pix.PixAsync(10m, "k", PixCalls.Text(Now.AddMinutes(35)))).PaymentId();
        await sandbox.Pix.ControlAsync(HttpMethod.Put, "clock", new { advance = "00:36:00" });

        var late = await sandbox.Pix.PayAsync(id);
        var read = await sandbox.Pix.ReadAsync($"/v1/payments/{id}");
        var told = await catcher.WaitAsync(2);

        Assert.Equal(409, late.Status);
        Assert.Equal(("cancelled", "expired"), (read.String("status"), read.String("status_detail")));
        Assert.Equal(["payment.created", "payment.updated"], told.Select(w => w.Type).Order());
    }

    [Fact]
    public async Task A_charge_is_withdrawn_until_it_is_paid()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var open = (await sandbox.Pix.PixAsync(10m, "a")).PaymentId();
        var paid = (await sandbox.Pix.PixAsync(10m, "b")).PaymentId();
        await sandbox.Pix.PayAsync(paid);

        var withdrawn = await sandbox.Pix.CallAsync(HttpMethod.Put, $"/v1/payments/{open}", JsonContent.Create(new { status = "cancelled" }));
        var tooLate = await sandbox.Pix.CallAsync(HttpMethod.Put, $"/v1/payments/{paid}", JsonContent.Create(new { status = "cancelled" }));
        var nonsense = await sandbox.Pix.CallAsync(HttpMethod.Put, $"/v1/payments/{paid}", JsonContent.Create(new { status = "approved" }));

        Assert.Equal(("cancelled", "by_collector"), (withdrawn.String("status"), withdrawn.String("status_detail")));
        Assert.Equal((400, 2063), (tooLate.Status, tooLate.Json.GetProperty("cause")[0].GetProperty("code").GetInt32()));
        Assert.Equal(400, nonsense.Status);
        Assert.Equal(409, (await sandbox.Pix.PayAsync(open)).Status);
    }

    [Fact]
    public async Task A_payment_is_given_back_in_parts_and_never_more_than_was_paid()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Pix.PixAsync(100m, "k")).PaymentId();
        Assert.Equal(400, (await RefundAsync(sandbox, id, "early", null)).Status);
        await sandbox.Pix.PayAsync(id);

        var part = await RefundAsync(sandbox, id, "1", 30m);
        var repeated = await RefundAsync(sandbox, id, "1", 30m);
        var afterPart = await sandbox.Pix.ReadAsync($"/v1/payments/{id}");
        var tooMuch = await RefundAsync(sandbox, id, "2", 70.01m);
        var rest = await RefundAsync(sandbox, id, "3", null);
        var afterAll = await sandbox.Pix.ReadAsync($"/v1/payments/{id}");
        var list = await sandbox.Pix.ReadAsync($"/v1/payments/{id}/refunds");

        Assert.Equal([201, 200, 400, 201], new[] { part, repeated, tooMuch, rest }.Select(a => a.Status));
        MercadoPagoSchema.AssertValid("Refund", part.Text);
        MercadoPagoSchema.AssertValid("RefundList", list.Text);
        Assert.Equal(part.Text, repeated.Text);
        Assert.Equal(("approved", "partially_refunded"), (afterPart.String("status"), afterPart.String("status_detail")));
        Assert.Equal(("refunded", 100m), (afterAll.String("status"), afterAll.Json.GetProperty("transaction_amount_refunded").GetDecimal()));
        Assert.Equal([30m, 70m], list.Json.EnumerateArray().Select(r => r.GetProperty("amount").GetDecimal()));
        Assert.Equal(part.Text, (await sandbox.Pix.ReadAsync($"/v1/payments/{id}/refunds/{part.PaymentId()}")).Text);
        Assert.Equal(400, (await RefundAsync(sandbox, id, "4", 1m)).Status);
    }

    [Theory]
    [InlineData("approved", "refunded")]
    [InlineData("rejected", "approved")]
    public async Task A_refund_may_take_its_time(string outcome, string status)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Pix.PixAsync(100m, "k")).PaymentId();
        await sandbox.Pix.PayAsync(id);
        await sandbox.Pix.ControlAsync("refunds/behaviour", new { outcome = "in_process" });

        var refund = await RefundAsync(sandbox, id, "1", null);
        var second = await RefundAsync(sandbox, id, "2", 1m);
        var waiting = await sandbox.Pix.ReadAsync($"/v1/payments/{id}");
        await sandbox.Pix.ControlAsync($"refunds/{refund.PaymentId()}/settle", new { outcome });

        Assert.Equal("in_process", refund.String("status"));
        Assert.Equal(400, second.Status);
        Assert.Equal("approved", waiting.String("status"));
        Assert.Equal(status, (await sandbox.Pix.ReadAsync($"/v1/payments/{id}")).String("status"));
    }

    [Fact]
    public async Task Payments_are_found_by_reference_status_and_time()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var first = (await sandbox.Pix.PixAsync(1m, "1", reference: "a")).PaymentId();
        var second = (await sandbox.Pix.PixAsync(2m, "2", reference: "a")).PaymentId();
        await sandbox.Pix.PixAsync(3m, "3", reference: "b");
        await sandbox.Pix.PayAsync(second);

        Assert.Equal([second, first], await FindAsync("external_reference=a&sort=date_created&criteria=desc"));
        Assert.Equal([first], await FindAsync("external_reference=a&status=pending"));
        Assert.Equal([second], await FindAsync("range=date_approved&begin_date=NOW-1DAYS&end_date=NOW"));
        Assert.Equal([second], await FindAsync("external_reference=a&criteria=asc&limit=1&offset=1"));
        Assert.Empty(await FindAsync("begin_date=NOW-2DAYS&end_date=NOW-1DAYS"));
        Assert.Equal(400, (await sandbox.Pix.ReadAsync("/v1/payments/search?limit=-1")).Status);

        async Task<IEnumerable<string>> FindAsync(string query)
        {
            var answer = await sandbox.Pix.ReadAsync($"/v1/payments/search?{query}");
            MercadoPagoSchema.AssertValid("PaymentSearchResult", answer.Text);
            return answer.Json.GetProperty("results").EnumerateArray().Select(p => p.GetProperty("id").ToString());
        }
    }

    [Fact]
    public async Task Nonsense_is_refused_in_mercado_pagos_words()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var stranger = RunningSandbox.Client(sandbox.Pix.BaseAddress!, "TEST-other");
        object payer = new { email = "ana@example.com" };
        Answer[] refusals =
        [
            await sandbox.Pix.PixAsync("/v1/payments", new { payment_method_id = "pix", payer }, "1"),
            await sandbox.Pix.PixAsync("/v1/payments", new { transaction_amount = -5, payment_method_id = "pix", payer }, "2"),
            await sandbox.Pix.PixAsync("/v1/payments", new { transaction_amount = 5.001, payment_method_id = "pix", payer }, "3"),
            await sandbox.Pix.PixAsync("/v1/payments", new { transaction_amount = 5, payment_method_id = "visa", payer }, "4"),
            await sandbox.Pix.PixAsync("/v1/payments", new { transaction_amount = 5, payment_method_id = "pix" }, "5"),
            await sandbox.Pix.PixAsync("/v1/payments", new { transaction_amount = 5, payment_method_id = "pix", payer = new { email = "ana" } }, "6"),
            await sandbox.Pix.CallAsync(HttpMethod.Post, "/v1/payments", new StringContent("{", Encoding.UTF8, "application/json"), "7", "X-Idempotency-Key"),
            await sandbox.Pix.ReadAsync("/v1/payments/1"),
            await sandbox.Pix.ReadAsync("/v1/payments/131000000001/refunds"),
            await stranger.ReadAsync("/v1/payments/1"),
        ];

        Assert.Equal([400, 400, 400, 400, 400, 400, 400, 404, 404, 401], refusals.Select(r => r.Status));
        Assert.All(refusals, refusal => MercadoPagoSchema.AssertValid("Error", refusal.Text));
        Assert.All(refusals, refusal => Assert.Equal(refusal.Status, refusal.Json.GetProperty("status").GetInt32()));
    }

    private static string Crc(string text) => ReserveConnect.Sandbox.MercadoPago.BrCode.Crc(text).ToString("X4", System.Globalization.CultureInfo.InvariantCulture);

    private static Task<Answer> RefundAsync(RunningSandbox sandbox, string id, string key, decimal? amount) =>
        sandbox.Pix.PixAsync($"/v1/payments/{id}/refunds", amount is null ? new { } : new { amount }, key);
}
