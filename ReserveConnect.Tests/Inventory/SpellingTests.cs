using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("chale", "chale", 0)]
    [InlineData("chale", "chalet", 1)]
    [InlineData("pousada", "pousda", 1)]
    [InlineData("pousada", "puosada", 1)]
    [InlineData("pousada", "poosada", 1)]
    [InlineData("montanha", "montana", 1)]
    [InlineData("montanha", "motnanah", 2)]
    [InlineData("montanha", "planalto", 3)]
    public void Slips_are_counted(string left, string right, int slips) => Assert.Equal(slips, Spelling.Distance(left, right, 2));

    [Property(MaxTest = 2_000)]
    public Property It_agrees_with_the_definition() =>
        Prop.ForAll(
            Gen.Elements('a', 'b', 'c').ListOf().Where(l => l.Count <= 9).Two().ToArbitrary(),
            words =>
            {
                var (left, right) = (string.Concat(words.Item1), string.Concat(words.Item2));
                return Spelling.Distance(left, right, 2) == Math.Min(3, Defined(left, right));
            });

    // Optimal string alignment as it is defined, without any saving of work.
    internal static int Defined(string left, string right)
    {
        var d = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[left.Length, right.Length];
    }
}
