using ReserveConnect.Tests;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("ReserveConnect.Tests." + nameof(LongestFirst), "ReserveConnect.Tests")]

namespace ReserveConnect.Tests;

/// <summary>A class of tests that takes a minute or more: it begins before the others, so that the run does not end with it alone.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TakesLongAttribute : Attribute;

/// <summary>Classes with <see cref="TakesLongAttribute"/> before all others.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
    {
        var lengthy = typeof(LongestFirst).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(TakesLongAttribute), inherit: false))
            .Select(CollectionOf)
            .ToList();
        return testCollections.OrderBy(collection => !lengthy.Exists(name => collection.DisplayName.Contains(name, StringComparison.Ordinal)));
    }

    // A class that names no collection is one of its own, which the runner calls by it.
    private static string CollectionOf(Type type) =>
        type.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType == typeof(CollectionAttribute))?.ConstructorArguments[0].Value as string
        ?? type.FullName!;
}
