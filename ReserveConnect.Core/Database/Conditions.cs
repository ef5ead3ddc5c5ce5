namespace ReserveConnect.Database;

/// <summary>
/// The condition of a list that may be asked for in many ways. What is not asked for is not in the statement: a plan for the few rows
/// of one property is another than one for all.
/// </summary>
internal static class Conditions
{
    /// <param name="conditions">Whether each is asked for, and how it is said in SQL, with named parameters.</param>
    /// <returns>Those that are asked for, all to be met; <c>true</c> where none is.</returns>
    public static string Of(params ReadOnlySpan<(bool IsAsked, string Sql)> conditions)
    {
        List<string> asked = [];
        foreach (var (isAsked, sql) in conditions)
        {
            if (isAsked)
            {
                asked.Add(sql);
            }
        }

        return asked.Count == 0 ? "true" : string.Join("\n  AND ", asked);
    }
}
