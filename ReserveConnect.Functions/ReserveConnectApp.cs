using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Events;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Finance;
using ReserveConnect.Functions.Finance.Payouts;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;
using ReserveConnect.Functions.Inventory;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Functions.Operations;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions;

/// <summary>What this application adds to the host: its services and its middleware.</summary>
public static partial class ReserveConnectApp
{
    /// <summary>Adds everything the functions need.</summary>
    /// <param name="builder">The application, with HTTP already configured.</param>
    public static void Configure(FunctionsApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseHttpBounds(FunctionLimits.Of(typeof(ReserveConnectApp).Assembly.GetTypes()));
        builder.Services.AddSingleton<IValidateOptions<LimitOptions>, RequestTimes>();
        builder.UseMiddleware<Authorize>();
        builder.UseMiddleware<AnswerOnce>();
        // Read now: an app with a function that anybody might call does not start.
        var access = FunctionAccess.Of(typeof(ReserveConnectApp).Assembly);
        builder.Services.AddSingleton(access);
        builder.Services.AddSingleton(KeyedFunctions.Of(typeof(ReserveConnectApp).Assembly.GetTypes(), access));
        builder.Services.AddSingleton<Credentials>();
        builder.Services.AddSingleton<Belongings>();
        builder.Services.AddSingleton<StaffBook>();
        builder.Services.AddSingleton<PublishedDocument>();
        builder.Services.AddSingleton<DocsPage>();
        builder.Services.AddReserveConnect(builder.Configuration);
        builder.Services.AddInventoryFunctions();
        builder.Services.AddOptions<OperationsOptions>().Bind(builder.Configuration.GetSection(OperationsOptions.Section));
        builder.Services.AddOperatorJob("expire_intents", async (services, client, cancellation) =>
        {
            await services.GetRequiredService<IntentWatch>().RunAsync(client, cancellation);
            return [];
        });
        builder.Services.AddOperatorJob(ProcessStays.Name, async (_, client, cancellation) => [await ProcessStays.EnsureAsync(client, cancellation)]);
        builder.Services.AddOperatorJob("poll_pending_payments", async (services, client, cancellation) =>
        {
            services.GetRequiredService<BookingSagas>().Through(client);
            await services.GetRequiredService<PollPendingPayments>().RunAsync(cancellation);
            return [];
        });
        builder.Services.AddOperatorJob("seal_ledger", async (services, _, cancellation) =>
        {
            await services.GetRequiredService<ReserveConnect.Finance.SealLedger>().RunAsync(cancellation);
            return [];
        });
        builder.Services.AddOperatorJob(RunPayouts.Name, async (_, client, cancellation) => [await RunPayouts.EnsureAsync(client, cancellation)]);
        builder.Services.AddOperatorJob(AttendPayouts.Name, async (services, client, cancellation) =>
        {
            await services.GetRequiredService<AttendPayouts>().RunAsync(client, cancellation);
            return [];
        });
        builder.Services.AddScoped<AttendPayouts>();
        builder.Services.AddScoped<PayoutAnswers>();
        builder.Services.AddScoped<PayoutSagas>();
        builder.Services.AddScoped<IPayoutSagas>(provider => provider.GetRequiredService<PayoutSagas>());
        builder.Services.AddOperatorJob("accrue_taxes", async (services, _, cancellation) =>
        {
            await services.GetRequiredService<ReserveConnect.Finance.Taxes.AccrueTaxes>().RunAsync(cancellation);
            return [];
        });
        builder.Services.AddOperatorJob(ReconcilePayments.Name, (services, client, cancellation) =>
            ReconcilePayments.EnsureAsync(services.GetRequiredService<ReserveConnect.Finance.Reconciliation.OrderReconciliation>(), client, cancellation));
        builder.Services.AddScoped<IntentWatch>();
        builder.Services.AddScoped<StayWatch>();
        builder.Services.AddScoped<CancellationStart>();
        // Scoped: a host may hand out its durable client by invocation.
        builder.Services.AddScoped<BookingSagas>();
        builder.Services.AddScoped<IBookingSagas>(provider => provider.GetRequiredService<BookingSagas>());
        // For a host that handles events outside any function; one without a client in its container handles them inside.
        builder.Services.AddSingleton<EventPreparation>(_ =>
            services => BookingSagas.ForEvents(services.GetRequiredService<DurableTaskClient>())(services));
        UseHostServices(builder);
    }

    /// <summary>What a host brings in place of the services above; its own folder says what.</summary>
    static partial void UseHostServices(FunctionsApplicationBuilder builder);
}
