namespace ReserveConnect.Inventory.Search;

/// <summary>How far two words are apart in slips of the pen: a letter too many, missing, wrong, or swapped with its neighbour.</summary>
internal static class Spelling
{
    /// <summary>Longest word that is compared; longer ones are the same or they are not.</summary>
    private const int Longest = 64;

    /// <summary>Slips that are forgiven in a word of this length.</summary>
    public static int Forgiven(int length) => length switch
    {
        < 4 => 0,
        < 8 => 1,
        _ => 2,
    };

    /// <summary>Slips between two words (optimal string alignment), or <paramref name="most"/> + 1 when there are more.</summary>
    public static int Distance(string left, string right, int most)
    {
        if (Math.Abs(left.Length - right.Length) > most || left.Length > Longest || right.Length > Longest)
        {
            return string.Equals(left, right, StringComparison.Ordinal) ? 0 : most + 1;
        }

        Span<int> before = stackalloc int[right.Length + 1];
        Span<int> last = stackalloc int[right.Length + 1];
        Span<int> here = stackalloc int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            here[0] = i;
            var least = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = left[i - 1] == right[j - 1];
                var slips = Math.Min(Math.Min(last[j], here[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    slips = Math.Min(slips, before[j - 2] + 1);
                }

                here[j] = slips;
                least = Math.Min(least, slips);
            }

            // A swap looks back two rows, so one row above the bound may still be saved; two may not.
            if (least > most + 1)
            {
                return most + 1;
            }

            var free = before;
            before = last;
            last = here;
            here = free;
        }

        return Math.Min(last[right.Length], most + 1);
    }
}
