using ReserveConnect.Booking;
using ReserveConnect.Payments;
using Xunit;

namespace ReserveConnect.Tests.Payments;

public sealed class PaymentDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly BookingOptions Options = new();

    private static readonly BookingIntent Waiting = new(
        Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, new(2027, 1, 1), new(2027, 1, 3), 2, 0, 0, "BRL", 900m, 0m, 100m, 0m, 0m, 1000m,
        "{}", "{}", BookingIntentStatus.PaymentPending, null, 0, Now.AddMinutes(10), null, null, null, "a@b.c", "A", "B", null, null, Now, null);

    [Fact]
    public void Without_a_charge_the_hold_lasts_to_its_end() =>
        Assert.Equal(new PaymentDecision.Wait(Waiting.ExpiresAt), Next(Waiting, null));

    [Fact]
    public void Without_a_charge_the_hold_ends_at_its_end() =>
        Assert.Equal(new PaymentDecision.End("expired", "hold_expired"), Next(Waiting with { ExpiresAt = Now }, null));

    [Theory]
    [InlineData(MoneyState.Paid)]
    [InlineData(MoneyState.Authorized)]
    public void Money_is_taken_in_even_when_the_hold_is_over_or_the_guest_has_left(MoneyState state)
    {
        Assert.IsType<PaymentDecision.TakeIn>(Next(Waiting, state));
        Assert.IsType<PaymentDecision.TakeIn>(Next(Waiting with { ExpiresAt = Now.AddDays(-1) }, state));
        Assert.IsType<PaymentDecision.TakeIn>(Next(Waiting with { CancelRequestedAt = Now }, state));
    }

    [Fact]
    public void An_open_charge_is_closed_before_the_intent_ends()
    {
        Assert.IsType<PaymentDecision.CloseCharge>(Next(Waiting with { ExpiresAt = Now }, MoneyState.Open));
        Assert.IsType<PaymentDecision.CloseCharge>(Next(Waiting with { CancelRequestedAt = Now }, MoneyState.Open));
        Assert.IsType<PaymentDecision.CloseCharge>(Next(Waiting with { PaymentFailures = 3 }, MoneyState.Declined));
    }

    [Fact]
    public void An_open_charge_is_asked_for_now_and_then() =>
        Assert.Equal(new PaymentDecision.Wait(Now + Options.PaymentPollInterval), Next(Waiting, MoneyState.Open));

    [Fact]
    public void A_silent_provider_holds_the_room_for_a_bounded_grace()
    {
        Assert.Equal(new PaymentDecision.Wait(Now + Options.ProviderGraceInterval), Next(Waiting with { ExpiresAt = Now.AddMinutes(-9) }, silent: true));
        Assert.IsType<PaymentDecision.GiveUpWaiting>(Next(Waiting with { ExpiresAt = Now.AddMinutes(-10) }, silent: true));
    }

    [Fact]
    public void A_charge_that_is_being_processed_is_neither_closed_nor_counted_on() =>
        Assert.IsType<PaymentDecision.Wait>(Next(Waiting with { ExpiresAt = Now.AddMinutes(-1) }, MoneyState.Processing));

    [Fact]
    public void A_pix_charge_that_is_looked_at_is_closed_when_the_hold_ends()
    {
        var fact = new MoneyFact(MoneyState.Processing, "1", 1000m, "BRL") { IsUnderReview = true };

        Assert.IsType<PaymentDecision.CloseCharge>(PaymentDecision.Next(Waiting with { ExpiresAt = Now.AddMinutes(-1) }, hasOpenCharge: true, fact, isNewDecline: false, Now, Options));
        Assert.IsType<PaymentDecision.Wait>(PaymentDecision.Next(Waiting, hasOpenCharge: true, fact, isNewDecline: false, Now, Options));
    }

    [Fact]
    public void A_decline_is_counted_once()
    {
        Assert.IsType<PaymentDecision.CountDecline>(Next(Waiting, MoneyState.Declined, isNew: true));
        Assert.IsType<PaymentDecision.Wait>(Next(Waiting, MoneyState.Declined));
    }

    [Fact]
    public void Every_combination_of_facts_has_a_decision_and_none_ends_an_intent_with_an_open_charge()
    {
        foreach (var state in Enum.GetValues<MoneyState>())
        {
            foreach (var minutes in new[] { -100, -10, -5, 0, 5 })
            {
                foreach (var left in new[] { false, true })
                {
                    foreach (var failures in new[] { 0, 3 })
                    {
                        var intent = Waiting with { ExpiresAt = Now.AddMinutes(minutes), CancelRequestedAt = left ? Now : null, PaymentFailures = failures };
                        Assert.IsNotType<PaymentDecision.End>(Next(intent, state));
                        Assert.IsNotType<PaymentDecision.End>(Next(intent, silent: true));
                    }
                }
            }
        }
    }

    private static PaymentDecision Next(BookingIntent intent, MoneyState? state = null, bool isNew = false, bool silent = false) =>
        PaymentDecision.Next(
            intent, hasOpenCharge: state is not null || silent, state is { } known ? new MoneyFact(known, "pi_1", 1000m, "BRL") : null, isNew, Now, Options);
}
