using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Sandbox.HostConnect;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>A city as the Host starts with it.</summary>
/// <param name="Code">City code.</param>
/// <param name="Properties">Its properties.</param>
/// <param name="Rooms">Their room types with the nights from the first on.</param>
internal sealed record CitySeed(string Code, IReadOnlyList<Property> Properties, IReadOnlyList<RoomSeed> Rooms);

/// <summary>A room type with its nights.</summary>
internal sealed record RoomSeed(RoomType Type, Night[] Nights);

/// <summary>Ids that are the same on every start and every machine.</summary>
internal static class StableId
{
    /// <summary>A UUID of version 8 made from the SHA-256 of a name such as <c>antwerp/property/50904</c>.</summary>
    public static Guid Of(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("host-connect/" + name)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
