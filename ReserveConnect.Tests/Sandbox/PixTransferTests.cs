using System.Text.Json;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class PixTransferTests
{
    private const string Process = "/v1/transaction-intents/process";

    [Fact]
    public async Task A_pix_is_sent_once_out_of_what_there_is_and_told_of()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await sandbox.Pix.ControlAsync("balance", new { amount = 100m });

        var sent = await SendAsync(sandbox, 60m, "k1", "r1");
        var again = await SendAsync(sandbox, 60m, "k1", "r1");
        var otherBody = await SendAsync(sandbox, 61m, "k1", "r1");
        var sameReference = await SendAsync(sandbox, 1m, "k2", "r1");
        var tooMuch = await SendAsync(sandbox, 40.01m, "k3", "r2");
        await catcher.WaitAsync(all => all.Count(caught => caught.Type == "transaction_intent.created") == 2);

        Assert.Equal((202, 200, 409, 400, 202), (sent.Status, again.Status, otherBody.Status, sameReference.Status, tooMuch.Status));
        Assert.Equal(sent.String("id"), again.String("id"));
        Assert.Equal(("approved", "approved"), States(sent));
        Assert.Equal(("rejected", "insufficient_funds"), States(tooMuch));
        Assert.Equal((40m, 0m), await BalanceAsync(sandbox));
        var told = catcher.All.First(caught => caught.Type == "transaction_intent.created");
        Assert.Equal("transaction_intent", told.Json.GetProperty("type").GetString());
        Assert.Contains($"data.id={told.Json.GetProperty("data").GetProperty("id").GetString()}", told.Query, StringComparison.Ordinal);
        Assert.Equal(sent.Text, (await sandbox.Pix.ReadAsync($"/v1/transaction-intents/{sent.String("id")}")).Text);
        Assert.Equal(404, (await sandbox.Pix.ReadAsync("/v1/transaction-intents/1-2")).Status);
    }

    [Theory]
    [InlineData("succeeded", "approved", "approved", 40)]
    [InlineData("rejected", "rejected", "by_bank", 100)]
    public async Task What_is_on_its_way_is_kept_until_it_is_settled(string outcome, string status, string detail, int left)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.Pix.ControlAsync("balance", new { amount = 100m });
        await sandbox.Pix.ControlAsync("payouts/behaviour", new { outcome = "pending", key = "19119119100" });

        var sent = await SendAsync(sandbox, 60m, "k", "r");
        Assert.Equal((40m, 60m), await BalanceAsync(sandbox));
        await sandbox.Pix.ControlAsync($"payouts/{sent.String("id")}/settle", new { outcome });
        var settled = await sandbox.Pix.ReadAsync($"/v1/transaction-intents/{sent.String("id")}");

        Assert.Equal(("in_process", "pending_bank"), States(sent));
        Assert.Equal((status, detail), States(settled));
        Assert.Equal((left, 0m), await BalanceAsync(sandbox));
        Assert.Equal(409, (await sandbox.Pix.JsonAsync($"/control/payouts/{sent.String("id")}/settle", new { outcome = "succeeded" })).Status);
    }

    [Fact]
    public async Task What_arrived_comes_back_after_days_and_the_memory_of_it_survives_a_restart()
    {
        using var folder = new ScratchFolder();
        var options = RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } };
        string id;
        await using (var first = await RunningSandbox.StartAsync(options))
        {
            await first.Pix.ControlAsync("balance", new { amount = 100m });
            await first.Pix.ControlAsync("payouts/behaviour", new { outcome = "rejected", reason = "high_risk", count = 1 });
            Assert.Equal(("rejected", "high_risk"), States(await SendAsync(first, 60m, "k1", "r1")));
            id = (await SendAsync(first, 60m, "k2", "r2")).String("id");
            await first.Pix.ControlAsync($"payouts/{id}/settle", new { outcome = "returned", amount = 10m });
            Assert.Equal(("approved", "partially_refunded"), States(await first.Pix.ReadAsync($"/v1/transaction-intents/{id}")));
            await first.Pix.ControlAsync($"payouts/{id}/settle", new { outcome = "returned", after = "2.00:00:00" });
            Assert.Equal((50m, 0m), await BalanceAsync(first));
        }

        await using var second = await RunningSandbox.StartAsync(options);
        Assert.Equal((50m, 0m), await BalanceAsync(second));
        Assert.Equal(400, (await SendAsync(second, 1m, "k3", "r1")).Status);
        await second.Pix.ControlAsync(HttpMethod.Put, "clock", new { advance = "2.00:00:01" });
        Assert.Equal(("refunded", "refunded"), States(await second.Pix.ReadAsync($"/v1/transaction-intents/{id}")));
        Assert.Equal((100m, 0m), await BalanceAsync(second));
    }

    [Fact]
    public async Task Payments_refunds_and_charge_backs_make_the_balance()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var paid = (await sandbox.Pix.PixAsync(100m, "1")).PaymentId();
        await sandbox.Pix.PayAsync(paid);
        Assert.Equal((99.01m, 0m), await BalanceAsync(sandbox));

        await sandbox.Pix.PixAsync($"/v1/payments/{paid}/refunds", new { amount = 30m }, "2");
        await sandbox.Pix.ControlAsync($"pix/{paid}/status", new { status = "in_mediation", status_detail = "pending" });
        Assert.Equal((-0.99m, 70m), await BalanceAsync(sandbox));
        await sandbox.Pix.ControlAsync($"pix/{paid}/status", new { status = "charged_back", status_detail = "settled" });
        Assert.Equal((-0.99m, 0m), await BalanceAsync(sandbox));
        await sandbox.Pix.ControlAsync($"pix/{paid}/status", new { status = "charged_back", status_detail = "reimbursed" });
        Assert.Equal((69.01m, 0m), await BalanceAsync(sandbox));
        Assert.Equal(403, (await sandbox.Pix.ReadAsync("/users/1/mercadopago_account/balance")).Status);
    }

    public static TheoryData<string, string> WrongOrders => new()
    {
        { "external_reference", "\"external_reference\":\"a b\"" },
        { "point_of_interaction", "\"point_of_interaction\":{\"type\":\"POS\"}" },
        { "amount", "\"transaction\":{\"from\":{\"accounts\":[{\"amount\":1}]},\"to\":{\"accounts\":[{\"amount\":2}]},\"total_amount\":1}" },
        { "Body", "\"transaction\":{\"from\":{\"accounts\":[]},\"to\":{\"accounts\":[]},\"total_amount\":1}" },
    };

    [Theory]
    [MemberData(nameof(WrongOrders))]
    public async Task An_order_that_makes_no_sense_is_refused(string what, string member)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var order = JsonSerializer.Deserialize<Dictionary<string, object>>(JsonSerializer.Serialize(Order(1m, "r")))!;
        var (name, value) = JsonSerializer.Deserialize<Dictionary<string, object>>($"{{{member}}}")!.Single();
        order[name] = value;

        var answer = await sandbox.Pix.PixAsync(Process, order, "k");

        Assert.Equal(400, answer.Status);
        Assert.Contains(what, answer.Text, StringComparison.Ordinal);
        Assert.Equal(400, (await sandbox.Pix.PixAsync(Process, Order(1m, "r"), null)).Status);
    }

    [Fact]
    public async Task Where_it_is_asked_for_a_payout_without_signature_is_refused()
    {
        await using var sandbox = await RunningSandbox.StartAsync(RunningSandbox.Options with
        {
            MercadoPago = RunningSandbox.Options.MercadoPago with { SignedPayouts = true },
        });

        Assert.Contains("X-enforce-signature", (await SendAsync(sandbox, 1m, "k", "r")).Text, StringComparison.Ordinal);
    }

    private static Task<Answer> SendAsync(RunningSandbox sandbox, decimal amount, string key, string reference) =>
        sandbox.Pix.PixAsync(Process, Order(amount, reference), key);

    private static object Order(decimal amount, string reference) => new
    {
        external_reference = reference,
        point_of_interaction = new { type = "PSP_TRANSFER" },
        transaction = new
        {
            from = new { accounts = new[] { new { amount } } },
            to = new
            {
                accounts = new[]
                {
                    new { type = "current", amount, chave = new { type = "CPF", value = "19119119100" }, owner = new { identification = new { type = "CPF", number = "19119119100" } } },
                },
            },
            total_amount = amount,
        },
    };

    private static (string? Status, string? Detail) States(Answer answer) => (
        answer.Json.GetProperty("status").GetString(),
        answer.Json.GetProperty("transaction").GetProperty("to").GetProperty("accounts")[0].GetProperty("status_detail").GetString());

    private static async Task<(decimal Available, decimal Held)> BalanceAsync(RunningSandbox sandbox)
    {
        var user = (await sandbox.Pix.ReadAsync("/users/me")).Json.GetProperty("id").GetInt64();
        var balance = (await sandbox.Pix.ReadAsync($"/users/{user}/mercadopago_account/balance")).Json;
        return (balance.GetProperty("available_balance").GetDecimal(), balance.GetProperty("unavailable_balance").GetDecimal());
    }
}
