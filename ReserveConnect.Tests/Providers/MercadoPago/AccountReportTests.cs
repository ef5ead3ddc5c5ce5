using System.Globalization;
using System.Text;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using Xunit;

namespace ReserveConnect.Tests.Providers.MercadoPago;

/// <summary>The report of the account's money: ordered, waited for, read line by line.</summary>
public sealed class AccountReportTests
{
    private const string Header = "EXTERNAL_REFERENCE,SOURCE_ID,TRANSACTION_TYPE,TRANSACTION_AMOUNT,TRANSACTION_CURRENCY,TRANSACTION_DATE,FEE_AMOUNT";
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task Payments_refunds_payouts_and_charge_backs_are_in_it_with_their_fees()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var (pix, control) = (sandbox.Clients.MercadoPago, sandbox.Servers.MercadoPago);
        var request = new CreatePixPayment(
            Guid.CreateVersion7(), Guid.CreateVersion7(), 100m, "Stay", "ana@example.com", null, null, null, TimeProvider.System.GetUtcNow().AddMinutes(30));
        var payment = (await pix.CreatePixPayment(request, "open", Ct)).ValueOrNull!;
        await sandbox.Control(control, $"pix/{payment.Id}/pay", new { });
        var refund = (await pix.CreateRefund(payment.Id, 30m, "refund", Ct)).ValueOrNull!;
        var order = new PixTransferOrder(Guid.CreateVersion7(), "CPF", "19119119100", "CPF", "19119119100", 20m);
        var sent = (await pix.SendPix(order, "send", Ct)).ValueOrNull!;
        await sandbox.Control(control, $"payouts/{sent.Id}/settle", new { outcome = "returned" });
        await sandbox.Control(control, $"pix/{payment.Id}/status", new { status = "charged_back", status_detail = "settled" });

        var lines = await ReadAsync(pix);

        Assert.Equal(
            [
                ("payment", payment.Id, 100m, 0.99m), ("refund", refund.Id, -30m, 0m), ("payout", sent.Id, -20m, 0m), ("payout", sent.Id, 20m, 0m),
                ("dispute", payment.Id, -70m, 0m),
            ],
            lines.Select(line => (line.Movement, line.Reference, line.Amount, line.Fee)));
        Assert.Equal(
            [$"{request.AttemptId}", $"{request.AttemptId}", order.ExternalReference, order.ExternalReference, $"{request.AttemptId}"],
            lines.Select(line => line.ExternalReference));
        Assert.Equal((await pix.GetBalance(Ct)).ValueOrNull!.Total, lines.Sum(line => line.Amount - line.Fee));
    }

    [Theory]
    [InlineData("lose", 0)]
    [InlineData("double", 2)]
    [InlineData("alter", 1)]
    [InlineData("delay", 0)]
    public async Task A_report_can_be_falsified_and_the_balance_is_not(string fault, int listed)
    {
        await using var sandbox = await SandboxStack.StartAsync();
        await sandbox.Control(sandbox.Servers.MercadoPago, "transactions/behaviour", new { fault, cents = 5 });
        await sandbox.Control(sandbox.Servers.MercadoPago, "balance", new { amount = 10m });

        var lines = await ReadAsync(sandbox.Clients.MercadoPago);

        Assert.Equal(listed, lines.Count);
        Assert.Equal(lines.Count, lines.DistinctBy(line => line.Id).Count());
        Assert.All(lines, line => Assert.Equal(fault == "alter" ? 10.05m : 10m, line.Amount));
        Assert.Equal(10m, (await sandbox.Clients.MercadoPago.GetBalance(Ct)).ValueOrNull!.Total);
    }

    [Fact]
    public async Task A_report_with_other_separators_and_more_columns_is_read_too()
    {
        var line = Assert.Single(await LinesAsync(
            "MORE;SOURCE_ID;TRANSACTION_DATE;TRANSACTION_TYPE;FEE_AMOUNT;TRANSACTION_AMOUNT;EXTERNAL_REFERENCE\r\nx;7;2026-11-20T23:30:00.000-04:00;SETTLEMENT;-0.99;100.00;\r\n"));
        Assert.Equal(("7", "payment", 100m, 0.99m, "BRL", null), (line.Reference, line.Movement, line.Amount, line.Fee, line.Currency, line.ExternalReference));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 3, 30, 0, TimeSpan.Zero), line.At);
    }

    [Fact]
    public async Task Lines_that_say_the_same_are_two()
    {
        const string Line = "r,7,SETTLEMENT,1.00,BRL,2026-11-20T12:00:00.000Z,0.00\r\n";
        Assert.Equal(2, (await LinesAsync($"{Header}\r\n{Line}{Line}")).DistinctBy(line => line.Id).Count());
    }

    /// <summary>A whole report of a busy day is never in memory.</summary>
    [Fact]
    public async Task A_long_report_is_handed_over_in_parts()
    {
        var file = new StringBuilder($"{Header}\r\n");
        for (var line = 0; line < 12_000; line++)
        {
            file.Append(CultureInfo.InvariantCulture, $"r,{line},SETTLEMENT,1.00,BRL,2026-11-20T12:00:00.000Z,0.00\r\n");
        }

        await using var server = new FaultServer(FaultServer.Answer(200, file.ToString()));
        await using var clients = new ProviderHost(server.Url, ("Retries", "0"));
        List<int> parts = [];
        var read = await clients.MercadoPago.ReadReport(
            "report.csv",
            (part, _) =>
            {
                parts.Add(part.Count);
                return Task.CompletedTask;
            },
            Ct);
        Assert.Equal(12_000, read.ValueOrNull);
        Assert.Equal([5_000, 5_000, 2_000], parts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SOURCE_ID,TRANSACTION_TYPE\r\n1,SETTLEMENT\r\n")]
    [InlineData("SOURCE_ID,TRANSACTION_TYPE,TRANSACTION_AMOUNT,TRANSACTION_DATE,FEE_AMOUNT\r\n7,REFUND,-1.00,2026-11-20T12:00:00.000Z,0.00\r\n")]
    [InlineData(Header + "\r\nr,7,SETTLEMENT,one,BRL,2026-11-20T12:00:00.000Z,0.00\r\n")]
    [InlineData(Header + "\r\nr,7,SETTLEMENT,1.001,BRL,2026-11-20T12:00:00.000Z,0.00\r\n")]
    [InlineData(Header + "\r\nr,7,SETTLEMENT,1.00,BRL,yesterday,0.00\r\n")]
    [InlineData(Header + "\r\nr,7,SETTLEMENT,1.00,BRL,2026-11-20T12:00:00.000Z,0.00\r\nr,8,SETTLEMENT,1.00,BRL,2026-11-20T12:00:00.000Z,0.00\r\n")]
    public async Task A_report_that_cannot_be_read_whole_is_none(string file)
    {
        await using var server = new FaultServer(FaultServer.Answer(200, file));
        await using var clients = new ProviderHost(server.Url, ("Retries", "0"), ("Reserve:MercadoPago:ReportLines", "1"));
        Assert.IsType<ProviderAnswer<int>.Unknown>(await clients.MercadoPago.ReadReport("report.csv", (_, _) => Task.CompletedTask, Ct));
    }

    private static async Task<IReadOnlyList<ProviderTransaction>> ReadAsync(MercadoPagoClient pix)
    {
        var now = TimeProvider.System.GetUtcNow();
        Assert.True((await pix.OrderReport(now.AddHours(-1), now.AddHours(1), Ct)).IsDone);
        var report = Assert.Single((await pix.ListReports(Ct)).ValueOrNull!);
        List<ProviderTransaction> lines = [];
        var read = await pix.ReadReport(
            report.FileName!,
            (part, _) =>
            {
                lines.AddRange(part);
                return Task.CompletedTask;
            },
            Ct);
        Assert.True(read.IsDone);
        return lines;
    }

    private static async Task<IReadOnlyList<ProviderTransaction>> LinesAsync(string file)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        List<ProviderTransaction> lines = [];
        await foreach (var line in ReportReading.LinesAsync(stream, 10, Ct))
        {
            lines.Add(line);
        }

        return lines;
    }
}
