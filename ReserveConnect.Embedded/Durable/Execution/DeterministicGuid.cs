using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Ids that come out the same when the code is run again: hashed from who asks and how often it asked before.</summary>
internal static class DeterministicGuid
{
    /// <summary>A UUID of version 8 (RFC 9562: custom, here from SHA-256).</summary>
    public static Guid From(string instanceId, long execution, DateTime startedAt, int count)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{instanceId}\n{execution}\n{startedAt.Ticks}\n{count}"), hash);
        var bytes = hash[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
