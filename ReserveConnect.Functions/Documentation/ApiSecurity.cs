using Microsoft.OpenApi;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Documentation;

/// <summary>How an operation's caller proves who it is, from the function's <see cref="AccessAttribute"/>.</summary>
internal sealed class ApiSecurity
{
    private const string AccessToken = "access_token";
    private const string OperatorKey = "operator_key";

    // In the order of the declaration. Whatever an agent may do, a supervisor may, and so on: the least is named.
    private static readonly (Callers Caller, string Role)[] Roles =
    [
        (Callers.Booking, "booking"), (Callers.Guest, "guest"), (Callers.Owner, "owner"),
        (Callers.Agent, "agent"), (Callers.Supervisor, "supervisor"), (Callers.Admin, "admin"),
    ];

    private readonly OpenApiDocument _document;

    public ApiSecurity(OpenApiDocument document)
    {
        _document = document;
        Add(AccessToken, new()
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "Of an account, or of one booking (`booking`): the hold comes with one, `booking_access` gives one for e-mail and confirmation code. "
                + "A requirement names who may call: `booking`, `guest`, `owner`, `agent`, `supervisor`, `admin`.",
        });
        Add(OperatorKey, new()
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-Operator-Key",
            Description = "The key of whoever runs this system.",
        });
    }

    /// <summary>One of these is enough; an empty one means that nobody has to be known.</summary>
    public IList<OpenApiSecurityRequirement> Of(HttpFunction function)
    {
        var callers = function.Access.Callers;
        if (callers == Callers.Hook)
        {
            return [new() { [Reference(Signature(function))] = [] }];
        }

        List<OpenApiSecurityRequirement> requirements = [];
        List<string> roles = [.. Roles.Where(role => callers.HasFlag(role.Caller)).Select(role => role.Role)];
        if (callers.HasFlag(Callers.Public))
        {
            requirements.Add([]);
        }

        if (roles.Count > 0)
        {
            requirements.Add(new() { [Reference(AccessToken)] = roles });
        }

        if (callers.HasFlag(Callers.Operator))
        {
            requirements.Add(new() { [Reference(OperatorKey)] = [] });
        }

        return requirements;
    }

    private string Signature(HttpFunction hook)
    {
        var header = hook.Headers.SingleOrDefault(header => header.IsSignature)
            ?? throw new InvalidOperationException($"function {hook.Name} is for other systems and names no header with their signature: give it one [TakesHeader(..., IsSignature = true)]");
        var name = header.Name.ToLowerInvariant().Replace('-', '_');
        // Two systems may sign in a header of the same name.
        name = _document.Components!.SecuritySchemes!.ContainsKey(name) ? $"{hook.Name}_{name}" : name;
        Add(name, new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = header.Name, Description = header.About });
        return name;
    }

    private void Add(string name, OpenApiSecurityScheme scheme) => _document.Components!.SecuritySchemes!.Add(name, scheme);

    private OpenApiSecuritySchemeReference Reference(string scheme) => new(scheme, _document);
}
