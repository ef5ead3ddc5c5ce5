using System.Diagnostics;
using System.Globalization;
using ReserveConnect.Launcher.Azure;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve run</c>: everything on this machine, until Ctrl-C.</summary>
internal static class RunCommand
{
    private const int DefaultPort = 7071;

    /// <summary>Serves until cancelled (exit code 0) or until a child ends by itself (1).</summary>
    /// <exception cref="LauncherException">Something does not start.</exception>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellation)
    {
        var cities = line.Option("--data");
        var port = line.Option("--port", text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536, number));
        var offset = line.Option("--clock-offset", text => (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span), span));
        var azure = Azure(line);
        line.End();
        if (cities is not null)
            CityRegistration.SlugsIn(cities);

        var started = Stopwatch.GetTimestamp();
        var options = new StackOptions(RunFolder.For(cities, azure is not null))
        {
            CityFolder = cities is null ? null : Path.GetFullPath(cities),
            Port = port ?? DefaultPort,
            ClockOffset = offset ?? TimeSpan.Zero,
            Azure = azure,
        };
        await using var stack = await Stack.StartAsync(options, cancellation);
        RunFolder.Remember(options.Folder);
        Console.WriteLine(Banner(stack, options, Stopwatch.GetElapsedTime(started)));

        var ended = await Task.WhenAny(stack.FirstEnd, Task.Delay(Timeout.Infinite, cancellation));
        if (ended != stack.FirstEnd)
        {
            Console.WriteLine("stopping");
            return ExitCode.Done;
        }

        var child = await stack.FirstEnd;
        await Console.Error.WriteLineAsync($"reserve: {child.Report($"ended with exit code {await child.Exited}")}");
        return ExitCode.Failed;
    }

    /// <summary>Takes <c>--azure</c> and <c>--app DIR</c>; null is the embedded host.</summary>
    /// <exception cref="UsageException"><c>--app</c> stands alone.</exception>
    internal static AzureRunOptions? Azure(CommandLine line)
    {
        var app = line.Option("--app");
        if (line.Flag("--azure"))
            return new AzureRunOptions { PublishedApp = app is null ? null : Path.GetFullPath(app) };
        return app is null ? null : throw new UsageException("--app goes with --azure");
    }

    private static string Banner(Stack stack, StackOptions options, TimeSpan took) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""

            Reserve Connect is ready ({took.TotalSeconds:0.0} s). Ctrl-C stops it; data stays in {options.Folder}

              API            {stack.Functions}api/docs
              Host Connect   {stack.HostConnect} (sandbox)
              Stripe         {stack.Stripe} (sandbox)
              Mercado Pago   {stack.MercadoPago} (sandbox)
              SendGrid       {stack.SendGrid} (sandbox)
              host           {(stack.Storage is { } storage ? $"Azure Functions Core Tools, Azurite at {storage}" : "embedded")}
              database       ./reserve psql
              logs           {options.LogFolder}
            """);
}
