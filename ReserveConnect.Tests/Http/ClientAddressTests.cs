using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Http;
using ReserveConnect.Privacy;
using Xunit;

namespace ReserveConnect.Tests.Http;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::203.0.113.7", "203.0.113.7", false)]
    public void A_client_is_an_IPv4_address_or_an_IPv6_network_of_64_bits(string one, string other, bool same) =>
        Assert.Equal(same, Of(one) == Of(other));

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:ffff::1", true)]
    [InlineData("2001:db8:1::1", "2001:db8:2::1", false)]
    public void A_site_is_an_IPv4_address_or_an_IPv6_network_of_48_bits(string one, string other, bool same) =>
        Assert.Equal(same, Of(one).Site == Of(other).Site);

    [Theory]
    [InlineData("203.0.113.7", false)]
    [InlineData("::ffff:203.0.113.7", false)]
    [InlineData("::203.0.113.7", true)]
    [InlineData("2001:db8::1", true)]
    public void An_IPv4_address_is_known_however_it_is_written(string address, bool isV6) => Assert.Equal(isV6, Of(address).IsIPv6);

    [Fact]
    public void A_request_without_an_address_has_one_client_too() =>
        Assert.Equal(ClientAddress.Of(new DefaultHttpContext()), ClientAddress.Of(new DefaultHttpContext()));

    [Theory]
    [InlineData("ana@example.com", "ANA@Example.com", true)]
    [InlineData("ana@example.com", "ana+rooms@example.com", true)]
    [InlineData("ana@example.com", "a.na@example.com", false)]
    [InlineData("ana@example.com", "ana@example.org", false)]
    [InlineData("+ana@example.com", "@example.com", false)]
    public void A_pseudonym_tells_mailboxes_apart_not_spellings(string one, string other, bool same)
    {
        var pseudonyms = Pseudonyms(1);

        Assert.Equal(same, pseudonyms.OfEmail(one).SequenceEqual(pseudonyms.OfEmail(other)));
    }

    [Fact]
    public void Without_the_key_nobody_comes_to_the_same_pseudonym()
    {
        Assert.Equal(Pseudonyms(1).OfNetwork(7), Pseudonyms(1).OfNetwork(7));
        Assert.NotEqual(Pseudonyms(1).OfNetwork(7), Pseudonyms(2).OfNetwork(7));
        Assert.NotEqual(Pseudonyms(1).OfNetwork(7), Pseudonyms(1).OfNetwork(8));
        Assert.NotEqual(Pseudonyms(1).OfNetwork(7), Pseudonyms(1).OfSite(7));
    }

    private static ClientAddress Of(string address) => ClientAddress.Of(IPAddress.Parse(address));

    private static Pseudonyms Pseudonyms(byte key) =>
        new(new SigningKeys(Options.Create(new TokenOptions { SigningKeys = $"k:{Convert.ToBase64String([.. Enumerable.Repeat(key, 32)])}" })));
}
