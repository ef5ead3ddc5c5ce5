using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Providers.Stripe;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>A bank takes and gives in parts, and a provider may charge for it alone.</summary>
public sealed class DisputedPartsTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task What_comes_in_parts_is_in_the_books_in_parts_and_old_news_changes_nothing()
    {
        var booking = await market.BookStayAsync();
        var (cash, fees) = (await market.BalanceAsync(booking, "cash_stripe"), await market.BalanceAsync(booking, "stripe_fees"));
        var opened = new DisputeFact("du_parts", DisputeStatus.NeedsResponse, 60m, "BRL", "fraudulent", null, market.Clock.GetUtcNow(), new(60m, 15m), null);

        await TakeInAsync(booking, opened);
        await TakeInAsync(booking, opened with { Status = DisputeStatus.UnderReview, Withdrawn = new(60m, 25m) });
        await TakeInAsync(booking, opened with { Status = DisputeStatus.UnderReview, Withdrawn = new(60m, 25m), Reinstated = new(40m, 0m) });
        await TakeInAsync(booking, opened);
        await market.ExpectSoundAsync();
        Assert.Equal((-20m, fees - 25m), (await market.BalanceAsync(booking, "refund_expense"), await market.BalanceAsync(booking, "stripe_fees")));

        await TakeInAsync(booking, opened with { Status = DisputeStatus.Won, Withdrawn = new(60m, 25m), Reinstated = new(60m, 0m) });
        await TakeInAsync(booking, opened with { Status = DisputeStatus.Won, Withdrawn = new(60m, 25m), Reinstated = new(60m, 10m) });

        Assert.Equal((0m, fees - 15m), (await market.BalanceAsync(booking, "refund_expense"), await market.BalanceAsync(booking, "stripe_fees")));
        Assert.Equal(cash + 15m, await market.BalanceAsync(booking, "cash_stripe"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public void A_dispute_that_is_won_in_part_is_not_won_yet()
    {
        var card = new CardDispute("du_1", CardDisputeStatus.Won, 100m, "BRL", "fraudulent", "pi_1", null, DateTimeOffset.UnixEpoch, new(100m, 15m), new(40m, 0m));

        Assert.Equal(DisputeStatus.UnderReview, DisputeFact.Of(card).Status);
        Assert.Equal(DisputeStatus.Won, DisputeFact.Of(card with { Reinstated = new(100m, 0m) }).Status);
    }

    private async Task TakeInAsync(Stands booking, DisputeFact fact)
    {
        await using var connection = await market.OpenAsync();
        var attempt = (await PaymentAttempts.OfIntentAsync(connection, booking.Held.IntentId)).Single();
        await market.Services.GetRequiredService<ReserveDatabase>().TransactAsync(
            unit => DisputeIntake.TakeInAsync(unit, attempt, fact, new PaymentOptions(), market.Clock.GetUtcNow()), CancellationToken.None);
    }
}
