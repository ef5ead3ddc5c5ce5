namespace ReserveConnect.Functions.Limiting;

/// <summary>How dear a request is, and so how often one client may send it.</summary>
public enum LimitClass
{
    /// <summary>Whatever says nothing else.</summary>
    General,

    /// <summary>Searches and quotes: work for every request, and worth scraping.</summary>
    Search,

    /// <summary>Takes rooms off the market, or opens a charge.</summary>
    Intents,

    /// <summary>Tries a password or a second factor.</summary>
    Login,

    /// <summary>Tries something else that could be guessed, or makes us send mail: booking access, reset, registration.</summary>
    Access,

    /// <summary>Systems that ask on their own: payment providers' webhooks, health probes.</summary>
    System,
}
