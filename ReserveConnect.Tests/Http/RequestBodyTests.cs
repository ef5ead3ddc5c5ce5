using System.Text;
using Microsoft.AspNetCore.Http;
using ReserveConnect.Functions.Http;
using Xunit;

namespace ReserveConnect.Tests.Http;

public sealed class RequestBodyTests
{
    private const string Good = """{"unit_id":"0198b0a0-0000-7000-8000-000000000001","check_in":"2026-03-04","guest":{"first_name":"Ana"}}""";

    [Fact]
    public async Task A_body_becomes_its_record()
    {
        var order = (await ReadAsync(Good)).Value;

        Assert.Equal((new DateOnly(2026, 3, 4), "Ana", 2), (order.CheckIn, order.Guest.FirstName, order.Adults));
    }

    [Theory]
    [InlineData("{", "malformed_json", null, RefusalKind.Malformed)]
    [InlineData("", "malformed_json", null, RefusalKind.Malformed)]
    [InlineData("null", "malformed_json", null, RefusalKind.Malformed)]
    [InlineData("[]", "malformed_json", null, RefusalKind.Malformed)]
    [InlineData("""{"a":1,"a":1}""", "malformed_json", null, RefusalKind.Malformed)]
    [InlineData("{}", "required", "unit_id", RefusalKind.Malformed)]
    [InlineData("""{"unit_id":"x","check_in":"2026-03-04","guest":{"first_name":"Ana"}}""", "invalid_value", "unit_id", RefusalKind.Malformed)]
    [InlineData("""{"unit_id":"0198b0a0-0000-7000-8000-000000000001","check_in":"04/03/2026","guest":{"first_name":"Ana"}}""", "invalid_value", "check_in", RefusalKind.Malformed)]
    [InlineData("""{"unit_id":"0198b0a0-0000-7000-8000-000000000001","check_in":"2026-03-04","guest":{"first_name":null}}""", "invalid_value", "guest.first_name", RefusalKind.Malformed)]
    [InlineData("""{"unit_id":"0198b0a0-0000-7000-8000-000000000001","check_in":"2026-03-04","guest":{"first_name":"Ana","age":3}}""", "unknown_field", "guest.age", RefusalKind.Malformed)]
    [InlineData("""{"unit_id":"0198b0a0-0000-7000-8000-000000000001","check_in":"2026-03-04","guest":{"first_name":"Ana"},"total_amount":1}""", "price_not_accepted", "total_amount", RefusalKind.Unprocessable)]
    [InlineData("""{"unit_id":"0198b0a0-0000-7000-8000-000000000001","check_in":"2026-03-04","guest":{"first_name":"An\u0000a"}}""", "invalid_text", "guest.first_name", RefusalKind.Malformed)]
    [InlineData("""{"unit_id":"0198b0a0-0000-7000-8000-000000000001","check_in":"2026-03-04","guest":{"first_name":"\ud83c"}}""", "invalid_text", "guest.first_name", RefusalKind.Malformed)]
    [InlineData("""{"\u0000":"x"}""", "invalid_text", "", RefusalKind.Malformed)]
    [InlineData("""{"\ud83c":"x"}""", "malformed_json", null, RefusalKind.Malformed)]
    public async Task What_is_wrong_is_named(string body, string code, string? field, RefusalKind kind)
    {
        var refusal = (await ReadAsync(body)).Refusal!;

        Assert.Equal((code, kind), (refusal.Code, refusal.Kind));
        Assert.Equal(field, refusal.Errors.Count > 0 ? refusal.Errors[0].Field : null);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type) =>
        Assert.Equal(RefusalKind.WrongMediaType, (await ReadAsync(Good, type)).Refusal?.Kind);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_a_mebibyte_is_refused_whether_or_not_it_says_so(bool saysSo)
    {
        var body = Good[..^1] + new string(' ', RequestBody.MostBytes) + "}";

        Assert.Equal(RefusalKind.TooLarge, (await ReadAsync(body, saysLength: saysSo)).Refusal?.Kind);
    }

    [Fact]
    public void Money_has_two_places_whatever_its_scale() => Assert.Equal(
        """{"a":1.00,"b":1240.50,"c":-0.10,"d":79228162514264337593543950335.00}""",
        System.Text.Json.JsonSerializer.Serialize(new { A = 1m, B = 1240.5m, C = -0.100m, D = decimal.MaxValue }, ApiJson.Options));

    private static async Task<Outcome<Order>> ReadAsync(string body, string? type = "application/json; charset=utf-8", bool saysLength = true)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var context = new DefaultHttpContext();
        context.Request.ContentType = type;
        context.Request.ContentLength = saysLength ? bytes.Length : null;
        context.Request.Body = new MemoryStream(bytes);
        return await RequestBody.ReadAsync<Order>(context.Request, CancellationToken.None);
    }

    private sealed record Order(Guid UnitId, DateOnly CheckIn, Person Guest, int Adults = 2);

    private sealed record Person(string FirstName);
}
