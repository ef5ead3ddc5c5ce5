using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Finance;

/// <summary>Every setting and bound of the books (configuration section <c>Reserve:Finance</c>).</summary>
public sealed class FinanceOptions
{
    public const string Section = "Reserve:Finance";

    /// <summary>Transactions that are added to the chain and to the kept balances in one go; the next go takes the next ones.</summary>
    [Range(1, 10_000)]
    public int SealBatch { get; set; } = 5_000;

    /// <summary>Months before this one whose taxes are accrued where they have not been, so that a timer that did not run is made up for.</summary>
    [Range(1, 24)]
    public int AccruedMonths { get; set; } = 3;

    /// <summary>How long after its end a month counts as over: what is stamped with its last moments may be committed a little later.</summary>
    public TimeSpan AccrueTaxesAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Exports of the books that are made at once in this process; another is asked to come later.</summary>
    [Range(1, 100)]
    public int ExportsAtOnce { get; set; } = 2;

    /// <summary>When whoever was too many may try again.</summary>
    public TimeSpan ExportRetryAfter { get; set; } = TimeSpan.FromSeconds(10);
}
