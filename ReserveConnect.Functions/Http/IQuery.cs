namespace ReserveConnect.Functions.Http;

/// <summary>The query string of a function. The API's document has the parameters that <see cref="Read"/> reads, as it reads them.</summary>
public interface IQuery<TSelf>
    where TSelf : IQuery<TSelf>
{
    /// <summary>Reads every parameter, whatever the others hold; what is wrong with one the reader keeps.</summary>
    static abstract TSelf Read(QueryReader query);
}

/// <summary>A query string that holds nothing.</summary>
public sealed record NoQuery : IQuery<NoQuery>
{
    /// <inheritdoc/>
    public static NoQuery Read(QueryReader query) => new();
}
