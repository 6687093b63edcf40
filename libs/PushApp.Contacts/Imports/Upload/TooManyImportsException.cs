namespace PushApp.Contacts;

/// <summary>A user has as many imports under way as one may have.</summary>
/// <param name="limit">How many that is.</param>
public sealed class TooManyImportsException(int limit)
    : Exception(FormattableString.Invariant($"{limit} imports are under way. Wait until one of them has ended, or cancel one."));
