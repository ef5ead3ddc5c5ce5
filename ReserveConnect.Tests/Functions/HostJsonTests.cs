using System.Globalization;
using System.Text.Json;
using ReserveConnect.Events;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Functions;

/// <summary>The bounds of host.json against each other and against the code's.</summary>
public sealed class HostJsonTests
{
    [Fact]
    public void A_message_stays_the_functions_own_for_as_long_as_the_function_may_run_and_is_published_again_only_after_that()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(TestFolders.Root, "host.json")));
        var function = Time(host.RootElement.GetProperty("functionTimeout"));
        var message = Time(host.RootElement.GetProperty("extensions").GetProperty("serviceBus").GetProperty("maxAutoLockRenewalDuration"));

        Assert.InRange(message, function, TimeSpan.MaxValue);
        Assert.InRange(new EventOptions().RelayLease, message, TimeSpan.MaxValue);
    }

    private static TimeSpan Time(JsonElement element) => TimeSpan.Parse(element.GetString()!, CultureInfo.InvariantCulture);
}
