using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReserveConnect.Embedded.Hosting;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Hosting;

public sealed class ApplicationDefaultsTests
{
    [Fact]
    public void The_command_line_is_configuration_and_code_may_override_it()
    {
        var builder = FunctionsApplication.CreateBuilder(["--Reserve:Http:Url=http://127.0.0.1:1", "--Reserve:Other=two"]);
        builder.Configuration["Reserve:Other"] = "three";

        Assert.Equal("http://127.0.0.1:1", builder.Configuration["Reserve:Http:Url"]);
        Assert.Equal("three", builder.Configuration["Reserve:Other"]);
    }

    [Fact]
    public void A_service_registered_later_wins()
    {
        var clock = new ShiftedClock();
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Services.AddFunctionTypes();
        builder.Services.AddSingleton<TimeProvider>(clock);
        using var host = builder.Build();

        Assert.Same(clock, host.Services.GetRequiredService<TimeProvider>());
    }

    [Fact]
    public void An_application_is_built_once()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Services.AddFunctionTypes();
        using var host = builder.Build();

        Assert.Throws<InvalidOperationException>(builder.Build);
        Assert.Throws<InvalidOperationException>(() => builder.UseMiddleware((_, next) => next()));
    }

    [Fact]
    public void An_event_is_one_line_on_the_console()
    {
        using var line = new StringWriter();
        Write(line, "Some.Category", null);

        Assert.Matches("""^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn  Some\.Category: first second\r?\n$""", line.ToString());
    }

    [Fact]
    public void An_exception_follows_its_line_but_not_that_of_a_refused_start()
    {
        using var failure = new StringWriter();
        using var refusal = new StringWriter();
        Write(failure, "Some.Category", new StartRefusedException("shown here"));
        Write(refusal, "Microsoft.Extensions.Hosting.Internal.Host", new StartRefusedException("not shown here"));

        Assert.Contains("shown here", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal("", refusal.ToString());
    }

    private static void Write(StringWriter writer, string category, Exception? exception) => new LineFormatter().Write(
        new LogEntry<string>(LogLevel.Warning, category, default, "first\nsecond", exception, (state, _) => state), null, writer);
}
