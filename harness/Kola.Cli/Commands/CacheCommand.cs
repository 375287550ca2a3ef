using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Machines.Snapshots;
using Kola.Results;

namespace Kola.Cli.Commands;

/// <summary><c>kola cache</c>: machines that were saved so that others need not boot.</summary>
internal static class CacheCommand
{
    public static Command Create() => new("cache", "Saved machines: templates of booted systems, and checkpoints of scenarios.") { List(), Prune() };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "List them, the one used last first.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            var store = Open();
            var entries = await store.ListAsync(cancellation);
            if (result.GetValue(json))
                Print(entries);
            else
                await TellAsync(entries, store);
            return ExitCode.Passed;
        });
        return command;
    }

    private static Command Prune()
    {
        var all = new Option<bool>("--all") { Description = "Remove all that is not in use." };
        var json = Options.Json();
        var command = new Command("prune", "Remove what crashes left, and what was used longest ago until the limit (KOLA_CACHE_LIMIT, default 20GiB) holds.") { all, json };
        command.SetAction(async (result, cancellation) =>
        {
            var removed = await Open().PruneAsync(result.GetValue(all), cancellation);
            if (result.GetValue(json))
                Print(removed);
            else
                await Console.Out.WriteLineAsync($"removed {removed.Count} saved states, {Size(removed.Sum(entry => entry.Bytes))}");
            return ExitCode.Passed;
        });
        return command;
    }

    private static SavedStore Open() => SavedStore.In(Checkout.Find().Locations.State, TimeProvider.System);

    private static async Task TellAsync(IReadOnlyList<SavedEntry> entries, SavedStore store)
    {
        foreach (var entry in entries)
            await Console.Out.WriteLineAsync(
                $"{Wording.Digest(entry.Key)}  {Size(entry.Bytes),9}  {entry.LastUse.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}  {(entry.InUse ? "in use" : "      ")}  {entry.Manifest?.Title ?? "not readable; 'kola cache prune' removes it"}");
        await Console.Out.WriteLineAsync($"{entries.Count} saved states, {Size(entries.Sum(entry => entry.Bytes))} of {Size(store.LimitBytes)}");
    }

    private static void Print(IReadOnlyList<SavedEntry> entries) =>
        Console.WriteLine(JsonSerializer.Serialize([.. entries.Select(ListedState.Of)], CacheJson.Default.IReadOnlyListListedState));

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");
}

/// <summary>A saved state as <c>kola cache list --json</c> tells it.</summary>
internal sealed record ListedState(string Key, string? Title, long Bytes, DateTimeOffset LastUse, bool InUse, IReadOnlyList<string> Machines, IReadOnlyList<string> Parents)
{
    public static ListedState Of(SavedEntry entry) =>
        new(entry.Key, entry.Manifest?.Title, entry.Bytes, entry.LastUse, entry.InUse, entry.Manifest?.Machines ?? [], entry.Manifest?.Parents ?? []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<ListedState>))]
internal sealed partial class CacheJson : JsonSerializerContext;
