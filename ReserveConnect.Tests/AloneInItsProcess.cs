using Xunit;

namespace ReserveConnect.Tests;

/// <summary>
/// Tests that read a figure of the whole process, such as its memory: they run after all others and one at a time,
/// because what a neighbour holds would be counted too.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInItsProcess
{
    public const string Name = "alone in its process";
}
