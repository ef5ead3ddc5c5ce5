using System.Text.RegularExpressions;
using System.Xml;
using ReserveConnect.Events;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>The bus that infra makes is the one that the functions send to and listen on.</summary>
public sealed class EventBusTests
{
    [BicepFact]
    public async Task Topic_and_subscription_have_the_names_in_the_code()
    {
        var options = await File.ReadAllTextAsync(Path.Combine(TestFolders.Root, "ReserveConnect.Functions", "Azure", "ServiceBusOptions.cs"));
        string Named(string constant) => Regex.Match(options, $@"const string {constant} = ""(?<name>[^""]+)""").Groups["name"].Value;
        var subscription = (await Deployment.Public.Value).Of("Microsoft.ServiceBus/namespaces/topics/subscriptions").Single();
        Assert.Equal([Named("Topic"), Named("Subscription")], subscription["name"]!.GetValue<string>().Split('/')[1..]);
    }

    [BicepFact]
    public async Task An_event_that_is_published_again_is_not_dropped_as_a_duplicate()
    {
        var topic = (await Deployment.Public.Value).One("Microsoft.ServiceBus/namespaces/topics");
        Assert.True(topic["requiresDuplicateDetection"]!.GetValue<bool>());
        var remembered = XmlConvert.ToTimeSpan(topic["duplicateDetectionHistoryTimeWindow"]!.GetValue<string>());
        Assert.True(remembered < new EventOptions().RelayLease, $"remembered for {remembered}");
    }

    [BicepFact]
    public async Task A_message_that_cannot_be_taken_is_delivered_twelve_times_and_then_kept_aside()
    {
        // A handler's failure is not among them: the outbox counts those (EventOptions.MaxAttempts).
        var subscription = (await Deployment.Public.Value).One("Microsoft.ServiceBus/namespaces/topics/subscriptions");
        Assert.Equal(12, subscription["maxDeliveryCount"]!.GetValue<int>());
        Assert.True(subscription["deadLetteringOnMessageExpiration"]!.GetValue<bool>());
    }
}
