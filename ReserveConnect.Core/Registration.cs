using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Clock;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Finance.Taxes;
using ReserveConnect.Idempotency;
using ReserveConnect.Inventory;
using ReserveConnect.Owners;
using ReserveConnect.Payments;
using ReserveConnect.Privacy;
using ReserveConnect.Providers;
using ReserveConnect.Reporting;
using ReserveConnect.Support;

namespace ReserveConnect;

/// <summary>The business, ready for a host: everything but the functions and the sagas.</summary>
public static class Registration
{
    public static IServiceCollection AddReserveConnect(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DatabaseOptions>(configuration, DatabaseOptions.Section);
        services.AddSettings<BookingOptions>(configuration, BookingOptions.Section);
        services.AddSettings<PaymentOptions>(configuration, PaymentOptions.Section);
        services.AddSettings<EventOptions>(configuration, EventOptions.Section);
        services.AddSettings<TokenOptions>(configuration, TokenOptions.Section);
        services.AddSingleton<IValidateOptions<TokenOptions>, SigningKeysAreUsable>();
        services.AddAccounts(configuration);
        services.AddSettings<IdempotencyOptions>(configuration, IdempotencyOptions.Section);
        services.AddSingleton<AnsweredRequests>();
        services.AddSingleton<Pseudonyms>();
        services.AddSingleton<ExportPersonalData>();
        services.AddSingleton<ErasePersonalData>();
        // In place of the host's own clock.
        services.AddSingleton<TimeProvider>(_ => new OffsetClock(configuration.GetValue("Reserve:Clock:Offset", TimeSpan.Zero)));

        services.AddSingleton(provider => DatabasePools.Build(
            provider.GetRequiredService<IOptions<DatabaseOptions>>().Value, provider.GetService<DatabaseToken>()));
        services.AddSingleton<EventBell>();
        services.AddSingleton<ReserveDatabase>();
        // Before anything that works on the database by itself.
        services.AddHostedService<LoginRoleCheck>();
        services.AddSingleton<EventQueue>();
        services.AddSingleton<EventHandling>();
        services.AddHostedService<EventDispatcher>();

        services.AddProviders(configuration);
        services.AddInventory(configuration);

        services.AddSingleton<CreateBookingIntent>();
        services.AddSingleton<CancelBookingIntent>();
        services.AddSingleton<ChangeAtHost>();
        services.AddSingleton<ModifyBooking>();
        services.AddSingleton<CommitAtHost>();
        services.AddSingleton<ConfirmBooking>();
        services.AddSingleton<HostFailure>();
        services.AddSingleton<LookForHost>();
        services.AddSingleton<UndoAtHost>();
        services.AddSingleton<OverdueIntents>();
        services.AddSingleton<OverdueCancellations>();
        services.AddSingleton<CancelBooking>();
        services.AddSingleton<ForceCancelBooking>();
        services.AddSingleton<CancelAtHost>();
        services.AddSingleton<SettleCancellation>();
        services.AddSingleton<BookingAccess>();
        services.AddStays(configuration);

        services.AddSettings<FinanceOptions>(configuration, FinanceOptions.Section);
        services.AddSingleton<SealLedger>();
        services.AddSingleton<AdjustLedger>();
        services.AddSingleton<Journal>();
        services.AddSingleton<Statements>();
        services.AddSingleton<LedgerExport>();
        services.AddPayouts(configuration);
        services.AddSingleton<CommissionRules>();
        services.AddSingleton<CreateCommissionRule>();
        services.AddSingleton<TaxRuleList>();
        services.AddSingleton<CreateTaxRule>();
        services.AddSingleton<EndRule>();
        services.AddSingleton<RemoveRule>();
        services.AddSingleton<CalculateCommission>();
        services.AddSingleton<AccrueTaxes>();
        services.AddSingleton<FinancialSummary>();
        services.AddSingleton<TaxLiability>();
        services.AddReconciliation(configuration);

        services.AddSingleton<PaymentProviders>();
        services.AddScoped<CloseOther>();
        services.AddScoped<OpenPayment>();
        services.AddScoped<RetryPayment>();
        services.AddSingleton<PixCodes>();
        services.AddSingleton<TakeFee>();
        services.AddScoped<TakeDispute>();
        // What hands on to the sagas has the scope of its function or event.
        services.AddScoped<ReportedCharges>();
        services.AddScoped<PollPendingPayments>();
        services.AddSingleton<ReviewPayment>();
        services.AddSingleton<CaptureOrRelease>();
        services.AddSingleton<RefundPayment>();
        services.AddSingleton<RefundsAtProvider>();
        services.AddSingleton<RefundBooking>();
        services.AddSingleton<ApproveRefund>();
        services.AddSingleton<TakeLatePayment>();
        services.AddSingleton<PaymentStatus>();
        services.AddSingleton<Webhooks>();
        services.AddSingleton<SupportActivity>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<ExceptionQueue>();
        services.AddSingleton<AssignException>();
        services.AddSingleton<RefundOrders>();
        // With the sagas, which a host may hand out by invocation.
        services.AddScoped<ExceptionActions>();
        services.AddScoped<ResolveException>();
        services.AddSingleton<InviteOwner>();
        services.AddSingleton<RemoveOwner>();
        services.AddSingleton<OwnedProperties>();
        services.AddSingleton<CalendarLinks>();
        services.AddSingleton<OwnedBookings>();
        services.AddSingleton<SystemHealth>();
        services.AddSingleton<BusinessFigures>();
        services.AddEventHandler<PaymentReported>();
        services.AddEventHandler<CardPaid>();
        services.AddEventHandler<CardReserved>();
        services.AddEventHandler<CardDeclined>();
        services.AddEventHandler<CardInProgress>();
        services.AddEventHandler<CardClosed>();
        services.AddEventHandler<FeeReported>();
        services.AddEventHandler<DisputeReported>();
        services.AddEventHandler<PixDisputeReported>();
        services.AddScoped<RefundReports>();
        services.AddEventHandler<ModificationEnded>();
        services.AddEventHandler<WaitingMails>();
        services.AddEventHandler<RefundUpdated>();
        services.AddEventHandler<RefundFailed>();
        services.AddEventHandler<ChargeRefunded>();
        services.AddEventHandler<PixRefundReported>();
        return services;
    }

    internal static void AddSettings<T>(this IServiceCollection services, IConfiguration configuration, string section)
        where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
}
