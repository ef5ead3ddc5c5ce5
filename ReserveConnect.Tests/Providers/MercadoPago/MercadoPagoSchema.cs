using System.Text.Json;
using Xunit;

namespace ReserveConnect.Tests.Providers.MercadoPago;

/// <summary>The JSON schema of Mercado Pago's PIX payments.</summary>
internal static class MercadoPagoSchema
{
    private static readonly JsonContract Contract = new(Contracts.Json("mercadopago/mercadopago-json-schema-2020-12.json"));

    /// <summary>Fails unless the JSON is an object of the named definition; with <paramref name="closed"/>, also if it
    /// has a member that the definition does not know.</summary>
    public static void AssertValid(string definition, string json, bool closed = false) => Assert.Empty(Errors(definition, json, closed));

    /// <summary>What is wrong with the JSON as an object of the named definition.</summary>
    public static IEnumerable<string> Errors(string definition, string json, bool closed)
    {
        using var value = JsonDocument.Parse(json);
        return [.. Contract.Errors(Contract.At($"#/$defs/{definition}"), value.RootElement, closed)];
    }
}
