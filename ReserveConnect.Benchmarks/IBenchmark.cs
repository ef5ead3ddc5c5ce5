namespace ReserveConnect.Benchmarks;

/// <summary>Measures one thing against a baseline of the same run.</summary>
internal interface IBenchmark
{
    /// <summary>As the operator names it.</summary>
    string Name { get; }

    /// <summary>Measures and prints.</summary>
    /// <returns>Whether it came to what it must.</returns>
    Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation);
}
