using Xunit;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>A provider's day read with the page sizes that the product has.</summary>
public sealed class WholePagesTests(WholePagesMarketplace market) : IClassFixture<WholePagesMarketplace>
{
    /// <summary>Refunds and disputes are listed once without and once with what they are of; the second list counts.</summary>
    [Fact]
    public Task A_day_that_is_read_in_one_step_agrees() => market.ExpectDayAgreesAsync();
}
