using System.Security.Cryptography;
using System.Buffers.Text;
using Xunit;

namespace ReserveConnect.Tests.Leaks;

public sealed class LeakScannerTests
{
    [Theory]
    [InlineData("e-mail", "mail to ana.souza+x@example.com.br refused")]
    [InlineData("e-mail", "Key (lower(email))=(ana@example.com) already exists.")]
    [InlineData("document", "payer 529.982.247-25 has paid")]
    [InlineData("document", "\"identification\":{\"type\":\"CPF\",\"number\":\"52998224725\"}")]
    [InlineData("document", "cpf=52998224725")]
    [InlineData("document", "company 11.222.333/0001-81")]
    [InlineData("document", "company 12.ABC.345/01DE-35")]
    [InlineData("card", "declined: 4242424242424242")]
    [InlineData("card", "declined: 4242 4242 4242 4242.")]
    [InlineData("card", "number=5555555555554444&cvc")]
    [InlineData("card", "amex 3782 822463 10005")]
    [InlineData("token", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLWl0")]
    [InlineData("token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLWl0")]
    [InlineData("token", "authorization: bearer a1b2c3d4e5f6a7b8")]
    [InlineData("secret", "client_secret pi_3abc_secret_9xyz")]
    [InlineData("secret", "key sk_test_sandbox")]
    [InlineData("secret", "key sk_live_51Habcdef")]
    [InlineData("secret", "signed with whsec_sandbox")]
    [InlineData("secret", "SG.abcdef.ghijkl")]
    [InlineData("secret", "access token APP_USR-1234567890-abcdef")]
    [InlineData("secret", "access token TEST-sandbox-access-token")]
    [InlineData("secret", "api key hc_sandbox_key")]
    [InlineData("secret", "Host=127.0.0.1;Username=app;Password=hunter2;Database=x")]
    [InlineData("pix", "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d3-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D")]
    public void What_must_not_be_logged_is_found(string kind, string line) =>
        Assert.Contains(LeakScanner.Scan(line), leak => leak.Kind == kind);

    [Theory]
    [InlineData("intent 0198b0a0-1234-7000-8000-123456789012 expired")]
    [InlineData("trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7")]
    [InlineData("sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("Pix payment 12345678909 is pending")]
    [InlineData("evt_1Nabc pi_3MtwBwLkdIwHu7ix28a3tqPa ch_3MtwBwLkdIwHu7ix28a3tqPa")]
    [InlineData("at 2026-11-22T15:30:00.1234567-03:00, 639012345678901234 ticks, 1795357800000 ms")]
    [InlineData("total 4242.42, 4242424242 bytes")]
    [InlineData("guest a***@example.com")]
    [InlineData("erased-0198b0a0-1234-7000-8000-123456789012@erased.invalid")]
    [InlineData("payer ***.982.247-**")]
    [InlineData("Invalid access token, bearer token missing, Password: too short")]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpProtocol")]
    [InlineData("SELECT email, first_name FROM reserve.accounts WHERE email_key = @key")]
    [InlineData("RC-7Q4M2XKD booked")]
    public void What_is_harmless_is_not(string line) => Assert.Empty(LeakScanner.Scan(line));

    [Theory]
    [InlineData(32)]
    [InlineData(48)]
    public void Refresh_tokens_and_tokens_of_mails_are_found_wherever_they_stand(int bytes)
    {
        // Of fixed randomness, so that it is the same token in every run.
        var token = Base64Url.EncodeToString(SHA512.HashData([1, 2, 3]).AsSpan(0, bytes));
        Assert.All(
            new[] { token, $"token={token}&x", $"/verify#token={token}", $"{{\"refresh_token\":\"{token}\"}}" },
            line => Assert.Contains(LeakScanner.Scan(line), leak => leak.Kind == "token"));
    }

    [Fact]
    public void Ids_of_this_system_are_never_taken_for_anything()
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var made = 0; made < 5_000; made++)
        {
            var id = Guid.CreateVersion7(at.AddMinutes(made * 100));
            Assert.Empty(LeakScanner.Scan($"intent {id}, key refund:{id}, {id:N}, hash {Convert.ToHexStringLower(SHA256.HashData(id.ToByteArray()))}"));
        }
    }
}
