namespace ReserveConnect.Benchmarks.Measuring;

/// <summary>Prints figures as a person reads them: what it is, how much, beside what.</summary>
internal sealed class Report(TextWriter output)
{
    /// <summary>Begins a benchmark.</summary>
    public void Title(string name, string what)
    {
        output.WriteLine();
        output.WriteLine($"{name}: {what}");
    }

    /// <summary>A figure with its unit, and what it is to be seen beside.</summary>
    public void Figure(string what, string value, string beside = "") =>
        output.WriteLine($"  {what,-44} {value,18}  {beside}".TrimEnd());

    /// <summary>Median, 99th percentile and worst of latencies, in milliseconds.</summary>
    public void Latency(string what, Latencies latencies) =>
        Figure(what, $"p50 {latencies.At(0.50):0.0} ms", $"p99 {latencies.At(0.99):0.0} ms, worst {latencies.At(1):0.0} ms, n {latencies.Count}");

    /// <summary>A sentence.</summary>
    public void Line(string text) => output.WriteLine($"  {text}");
}
