namespace ReserveConnect.Functions.Accounts;

/// <summary>What is answered where a mail follows, or would follow if the address had an account.</summary>
/// <param name="Status">Always <c>mail_sent</c>.</param>
public sealed record MailSent(string Status = "mail_sent");
