using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using ReserveConnect.Privacy;
using Xunit;

namespace ReserveConnect.Tests.Privacy;

public sealed class ProviderPayloadTests
{
    [Theory]
    [InlineData("""{"id":"evt_1","type":"charge.succeeded","created":1,"livemode":false}""", """{"id":"evt_1","type":"charge.succeeded","created":1,"livemode":false}""")]
    [InlineData("""{"id":"evt_1","data":{"object":{"id":"pi_1","client_secret":"pi_1_secret_2","receipt_email":"a@b.com"}}}""", """{"id":"evt_1","data":{"object":{"id":"pi_1"}}}""")]
    [InlineData("""{"data":{"object":{"billing_details":{"name":"Ana","id":"x"},"amount":100}}}""", """{"data":{"object":{"amount":100}}}""")]
    [InlineData("""{"id":"Ana Souza","status":"ana@example.com","code":"529.982.247-25","reason":"52998224725"}""", "{}")]
    [InlineData("""{"metadata":{"booking_intent_id":"0198b0a0-0000-7000-8000-000000000001","note":"call Ana"}}""", """{"metadata":{"booking_intent_id":"0198b0a0-0000-7000-8000-000000000001"}}""")]
    [InlineData("""{"id":"\ud800","payer":{"identification":{"number":"52998224725"}}}""", "{}")]
    [InlineData("""[1,"a b",{"id":2}]""", """[1,{"id":2}]""")]
    public void What_names_nobody_stays(string payload, string kept) =>
        Assert.Equal(JsonDocument.Parse(kept).RootElement.GetRawText(), ProviderPayload.Pared(payload));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    public void What_is_no_json_is_refused(string payload) => Assert.ThrowsAny<JsonException>(() => ProviderPayload.Pared(payload));

    [Property]
    public bool Text_with_a_space_or_an_at_never_stays(NonNull<string> before, NonNull<string> after) =>
        new[] { " ", "@" }.All(sign => ProviderPayload.Pared(JsonSerializer.Serialize(new { id = before.Get + sign + after.Get })) == "{}");
}
