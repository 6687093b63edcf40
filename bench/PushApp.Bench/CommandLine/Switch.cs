namespace PushApp.Bench.CommandLine;

/// <summary>One switch of a command.</summary>
/// <param name="Name">With its dashes, as in <c>--rounds</c>.</param>
/// <param name="Value">What its value is called in the help; null for a switch that takes none.</param>
/// <param name="Description">One line, with unit, bounds and default.</param>
internal sealed record Switch(string Name, string? Value, string Description);
