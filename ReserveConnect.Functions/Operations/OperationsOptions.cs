using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Operations;

/// <summary>Section <c>Reserve:Operations</c>.</summary>
public sealed class OperationsOptions
{
    public const string Section = "Reserve:Operations";

    /// <summary>What an operator sends as <c>X-Operator-Key</c>. Empty: nobody is an operator.</summary>
    public string Key { get; set; } = "";

    /// <summary>Whether the request comes from an operator. Compared in constant time, whatever the lengths.</summary>
    public bool IsOperator(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Key.Length > 0
            && CryptographicOperations.FixedTimeEquals(Digest(Key), Digest(request.Headers["X-Operator-Key"].ToString()));
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
