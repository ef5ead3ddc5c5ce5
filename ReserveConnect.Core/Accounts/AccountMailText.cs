namespace ReserveConnect.Accounts;

/// <summary>
/// A mail to an account's owner. Nothing in it comes from whoever caused it: a registration is no way to write to strangers.
/// </summary>
/// <param name="Category">For the provider's statistics.</param>
internal sealed record AccountMailText(string Category, string Subject, string Body)
{
    private const string English = "en";

    /// <summary>The mail that takes a link to its owner.</summary>
    public static AccountMailText For(string purpose, string locale, Uri link, AccountOptions options) => (purpose, locale) switch
    {
        (TokenPurpose.VerifyEmail, English) => new("verify_email", "Confirm your e-mail address",
            $"Somebody, probably you, opened an account with this address at Reserve.\n\nConfirm it here, with the password you chose:\n{link}\n\nThe link works once, for {Hours(options.VerificationLifetime)} hours. If this was not you, there is nothing to do."),
        (TokenPurpose.VerifyEmail, _) => new("verify_email", "Confirme seu e-mail",
            $"Alguém, provavelmente você, abriu uma conta na Reserve com este endereço.\n\nConfirme aqui, com a senha que você escolheu:\n{link}\n\nO link funciona uma vez, por {Hours(options.VerificationLifetime)} horas. Se não foi você, não é preciso fazer nada."),
        (TokenPurpose.AlreadyRegistered, English) => new("already_registered", "You already have an account",
            $"Somebody, probably you, wanted to open an account with this address at Reserve. There is one already.\n\nLog in here, or ask for a new password there:\n{link}\n\nIf this was not you, there is nothing to do."),
        (TokenPurpose.AlreadyRegistered, _) => new("already_registered", "Você já tem uma conta",
            $"Alguém, provavelmente você, quis abrir uma conta na Reserve com este endereço. Já existe uma.\n\nEntre aqui, ou peça lá uma nova senha:\n{link}\n\nSe não foi você, não é preciso fazer nada."),
        (TokenPurpose.ResetPassword, English) => new("reset_password", "Choose a new password",
            $"Somebody, probably you, asked for a new password for your account at Reserve.\n\nChoose it here:\n{link}\n\nThe link works once, for {Minutes(options.ResetLifetime)} minutes. If this was not you, your password stays as it is."),
        (TokenPurpose.ResetPassword, _) => new("reset_password", "Escolha uma nova senha",
            $"Alguém, provavelmente você, pediu uma nova senha para sua conta na Reserve.\n\nEscolha-a aqui:\n{link}\n\nO link funciona uma vez, por {Minutes(options.ResetLifetime)} minutos. Se não foi você, sua senha continua a mesma."),
        (TokenPurpose.Invitation, English) => new("invitation", "You are invited to Reserve",
            $"An account was made for you at Reserve.\n\nSet its password here:\n{link}\n\nThe link works once, for {Hours(options.InvitationLifetime)} hours."),
        (TokenPurpose.Invitation, _) => new("invitation", "Convite para a Reserve",
            $"Uma conta foi criada para você na Reserve.\n\nDefina a senha aqui:\n{link}\n\nO link funciona uma vez, por {Hours(options.InvitationLifetime)} horas."),
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "has no mail"),
    };

    /// <summary>The news that a password is another now.</summary>
    public static AccountMailText PasswordChanged(string locale, Uri login) => locale == English
        ? new("password_changed", "Your password was changed",
            $"The password of your account at Reserve was changed, and other sessions were ended.\n\nIf this was not you, ask for a new password at once:\n{login}")
        : new("password_changed", "Sua senha foi alterada",
            $"A senha da sua conta na Reserve foi alterada, e as outras sessões foram encerradas.\n\nSe não foi você, peça uma nova senha agora mesmo:\n{login}");

    private static int Hours(TimeSpan time) => (int)time.TotalHours;

    private static int Minutes(TimeSpan time) => (int)time.TotalMinutes;
}
