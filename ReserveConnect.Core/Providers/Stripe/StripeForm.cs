namespace ReserveConnect.Providers.Stripe;

/// <summary>Parameters of a Stripe request: <c>application/x-www-form-urlencoded</c>, nested as <c>a[b]=c</c>, lists as
/// <c>a[0]=x</c>. What is null is left out.</summary>
internal sealed class StripeForm
{
    private readonly List<KeyValuePair<string, string>> _parameters = [];

    public string? this[string name]
    {
        set
        {
            if (value is not null)
                _parameters.Add(new(name, value));
        }
    }

    public FormUrlEncodedContent ToContent() => new(_parameters);
}
