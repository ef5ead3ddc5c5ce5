using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Finance;

/// <summary>Every setting and bound of the books (configuration section <c>Reserve:Finance</c>).</summary>
public sealed class FinanceOptions
{
    public const string Section = "Reserve:Finance";

    /// <summary>Transactions that are added to the chain and to the kept balances in one go; the next go takes the next ones.</summary>
    [Range(1, 10_000)]
    public int SealBatch { get; set; } = 5_000;
}
