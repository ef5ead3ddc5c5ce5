using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Database;
using ReserveConnect.Functions;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>All processes that may run at once fit the database's connections (infra/connections.bicep).</summary>
public sealed partial class ConnectionsTests
{
    // https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits: maximum connections less 15.
    private static readonly Dictionary<string, int> MaxConnections = new()
    {
        ["Standard_B2s"] = 429,
        ["Standard_B2ms"] = 859,
        ["Standard_B4ms"] = 1718,
        ["Standard_D2ds_v5"] = 859,
        ["Standard_D4ds_v5"] = 1718,
        ["Standard_D8ds_v5"] = 3437,
        ["Standard_D16ds_v5"] = 5000,
        ["Standard_D32ds_v5"] = 5000,
        ["Standard_E2ds_v5"] = 1718,
        ["Standard_E4ds_v5"] = 3437,
        ["Standard_E8ds_v5"] = 5000,
        ["Standard_E16ds_v5"] = 5000,
    };

    private static readonly string Source = InfraFiles.Read("connections.bicep");

    [Fact]
    public void Connections_of_each_compute_size_are_the_documented_ones()
    {
        var stated = Size().Matches(Source).ToDictionary(m => m.Groups["sku"].Value, m => Whole(m.Groups["connections"].Value));
        Assert.Equal(MaxConnections.ToDictionary(s => s.Key, s => s.Value - 15), stated);
        var offered = Sku().Matches(InfraFiles.Read("main.bicep")).Select(m => m.Groups["sku"].Value).ToHashSet();
        Assert.Equal(MaxConnections.Keys.Order(), offered.Order());
    }

    [Fact]
    public void The_pools_are_never_larger_than_those_that_the_app_takes_by_itself() =>
        Assert.Equal(new DatabaseOptions().MaxConnections + new DatabaseOptions().MaxCallerConnections, Number("largestShare"));

    // The three are HTTP, durable and the Service Bus function; a timer runs once, but on an instance of its own.
    [Fact]
    public void Every_timer_has_its_instance_in_the_sum()
    {
        Assert.Equal(3, Number("growingGroups"));
        var timers = typeof(ReserveConnectApp).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Count(method => method.GetParameters().Any(p => p.IsDefined(typeof(TimerTriggerAttribute), false)));
        Assert.InRange(timers, 4, Number("timerFunctions"));
    }

    [BicepFact]
    public async Task The_default_deployment_fits_its_database()
    {
        var app = (await Deployment.Public.Value).One("Microsoft.Web/sites")["functionAppConfig"]!["scaleAndConcurrency"]!;
        var ready = app["alwaysReady"]!.AsArray().ToDictionary(r => r!["name"]!.GetValue<string>(), r => r!["instanceCount"]!.GetValue<int>());
        Assert.Equal(["durable", "http"], ready.Keys.Order());
        var sku = (await Deployment.Public.Value).Of("Microsoft.DBforPostgreSQL/flexibleServers").Single()["sku"]!["name"]!.GetValue<string>();

        ExpectFit(await Deployment.Public.Value, sku, app["maximumInstanceCount"]!.GetValue<int>(), ready.Values.Sum());
    }

    [BicepFact]
    public async Task A_smaller_database_is_taken_with_fewer_instances_and_refused_with_more()
    {
        string[] small = ["param databaseSku = 'Standard_D2ds_v5'", "param alwaysReadyHttp = 2", "param alwaysReadyDurable = 1"];

        ExpectFit(await Deployment.WithAsync([.. small, "param maximumInstanceCount = 20"]), "Standard_D2ds_v5", 20, 3);

        var refused = await Assert.ThrowsAsync<BicepException>(() => Deployment.WithAsync([.. small, "param maximumInstanceCount = 40"]));
        Assert.Contains("databasePoolSize", refused.Message, StringComparison.Ordinal);
    }

    private static void ExpectFit(Deployment deployment, string sku, int cap, int ready)
    {
        var settings = deployment.Settings();
        var work = Whole(Pool().Match(settings["Reserve__Database__ConnectionString"]!.GetValue<string>()).Groups["size"].Value);
        var callers = Whole(settings["Reserve__Database__MaxCallerConnections"]!.GetValue<string>());
        var both = work + callers;
        var instances = (3 * cap) + ready + Number("timerFunctions");
        var free = MaxConnections[sku] - 15 - Number("connectionsKeptFree");

        Assert.True(work >= 6 && callers >= 2, $"{work} and {callers} connections");
        Assert.True(both * instances <= free, $"{instances} instances of {both} connections do not fit {free}");
        Assert.True((both + 1) * instances > free || both == Number("largestShare"), $"{both} is less than what fits");
    }

    private static int Number(string variable) =>
        Whole(Regex.Match(Source, $@"^var {variable} = (?<value>\d+)$", RegexOptions.Multiline).Groups["value"].Value);

    private static int Whole(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^  (?<sku>Standard_\w+): (?<connections>\d+)$", RegexOptions.Multiline)]
    private static partial Regex Size();

    [GeneratedRegex(@"^  '(?<sku>Standard_\w+)'$", RegexOptions.Multiline)]
    private static partial Regex Sku();

    // The expression's last argument: the only part of the string that depends on the parameters.
    [GeneratedRegex(@"Maximum Pool Size=\{3\}', .*, (?<size>\d+)\)\]$")]
    private static partial Regex Pool();
}
