using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>JSON in city files.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class CityJson : JsonSerializerContext;
