namespace ReserveConnect.Functions.Documentation;

/// <summary>A refusal (RFC 9457). Some have more members, such as the alternatives to a stay that is not to be had.</summary>
/// <param name="Type">A URN with the code in it; <c>about:blank</c> where the host itself answers.</param>
/// <param name="Title">What kind of refusal it is.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable: this is what a program looks at.</param>
/// <param name="Detail">A sentence for a person.</param>
/// <param name="TraceId">Under which support finds what happened.</param>
/// <param name="Errors">One entry for each bad field.</param>
internal sealed record ProblemDocument(
    string Type, string Title, int Status, string Code, string? Detail, string TraceId, IReadOnlyList<FieldError>? Errors);
