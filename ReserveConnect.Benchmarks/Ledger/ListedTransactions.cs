using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Benchmarks.Ledger;

/// <summary>Stripe's list of balance transactions as a server of its own, page by page as Stripe has them, with as much said of each.</summary>
internal sealed class ListedTransactions : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ListedTransactions(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Lists charges <c>txn_1</c>, <c>txn_2</c>, ... of <c>ch_bench_1</c>, ..., one of them with a cent more.</summary>
    /// <param name="count">How many.</param>
    /// <param name="at">When they were made.</param>
    /// <param name="wrong">The one with a cent more.</param>
    public static async Task<ListedTransactions> StartAsync(int count, DateTimeOffset at, int wrong)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.Run(context => context.Request.Path == "/v1/balance_transactions" ? PageAsync(context, count, at.ToUnixTimeSeconds(), wrong) : Task.CompletedTask);
        await app.StartAsync();
        return new ListedTransactions(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task PageAsync(HttpContext context, int count, long at, int wrong)
    {
        var query = context.Request.Query;
        var limit = int.Parse(query["limit"].ToString(), CultureInfo.InvariantCulture);
        var after = query["starting_after"].ToString() is { Length: > 0 } last ? int.Parse(last.AsSpan("txn_".Length), CultureInfo.InvariantCulture) : 0;
        // The lists of single types, which are read besides, have nothing.
        var shown = query.ContainsKey("type") ? 0 : Math.Min(limit, count - after);
        var json = new StringBuilder("""{"object":"list","url":"/v1/balance_transactions","has_more":""").Append(shown > 0 && after + shown < count ? "true" : "false").Append(""","data":[""");
        for (var number = after + 1; number <= after + shown; number++)
        {
            json.Append(number == after + 1 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""
                {"id":"txn_{{number}}","object":"balance_transaction","amount":{{10_000 + (number % 900) + (number == wrong ? 1 : 0)}},"available_on":{{at}},"balance_type":"payments","created":{{at}},"currency":"brl","description":"Stay","exchange_rate":null,"fee":329,"fee_details":[{"amount":329,"application":null,"currency":"brl","description":"Stripe processing fees","type":"stripe_fee"}],"net":{{9_671 + (number % 900)}},"reporting_category":"charge","source":"ch_bench_{{number}}","status":"available","type":"charge"}
                """);
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.Append("]}").ToString());
    }
}
