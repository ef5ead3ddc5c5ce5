using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Idempotency;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Http;

/// <summary>Times of calls, requests and keys that have to fit each other.</summary>
public sealed class RequestTimesTests
{
    [Fact]
    public void The_defaults_leave_a_guest_the_time_to_pay_the_other_way() => Assert.True(Of(new(), new(), new()).Succeeded);

    [Fact]
    public void A_request_that_ends_before_its_providers_have_answered_as_late_as_they_may_is_refused_at_the_start()
    {
        Assert.Contains("RequestTimeout", Of(new() { RequestTimeout = TimeSpan.FromSeconds(28) }, new(), new()).FailureMessage, StringComparison.Ordinal);
        Assert.Contains("TotalTimeout", Of(new(), new() { TotalTimeout = TimeSpan.FromSeconds(5) }, new()).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_given_up_while_its_request_may_still_be_at_work_is_refused_at_the_start() =>
        Assert.Contains("AbandonedAfter", Of(new(), new(), new() { AbandonedAfter = TimeSpan.FromSeconds(59) }).FailureMessage, StringComparison.Ordinal);

    private static ValidateOptionsResult Of(LimitOptions limits, StripeOptions stripe, IdempotencyOptions idempotency) =>
        new RequestTimes(Options.Create(stripe), Options.Create(new MercadoPagoOptions()), Options.Create(idempotency)).Validate(null, limits);
}
