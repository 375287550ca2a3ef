using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Machines.Snapshots;
using Kola.Results;

namespace Kola.Cli.Commands;

/// <summary><c>kola cache</c>: snapshots of machines, so that others need not boot.</summary>
internal static class CacheCommand
{
    public static Command Create() => new("cache", "Snapshots of machines: templates (made from a boot) and checkpoints (made by a scenario).") { List(), Prune() };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "List snapshots, most recently used first.") { json };
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
        var all = new Option<bool>("--all") { Description = "Remove all snapshots that are not in use." };
        var json = Options.Json();
        var command = new Command("prune", "Remove leftovers of crashes and of older versions, then the least recently used snapshots until the rest fits the limit (KOLA_CACHE_LIMIT, default 20GiB).") { all, json };
        command.SetAction(async (result, cancellation) =>
        {
            var removed = await Open().PruneAsync(result.GetValue(all), cancellation);
            if (result.GetValue(json))
                Print(removed);
            else
                await Console.Out.WriteLineAsync($"removed {removed.Count} snapshots, {Size(removed.Sum(entry => entry.Bytes))}");
            return ExitCode.Passed;
        });
        return command;
    }

    private static SnapshotStore Open() => SnapshotStore.In(Checkout.Find().Locations.State, TimeProvider.System);

    private static async Task TellAsync(IReadOnlyList<SnapshotEntry> entries, SnapshotStore store)
    {
        foreach (var entry in entries)
            await Console.Out.WriteLineAsync(
                $"{Wording.Digest(entry.Key)}  {Size(entry.Bytes),9}  {entry.LastUse.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}  {(entry.InUse ? "in use" : "      ")}  {entry.Manifest?.Title ?? "cannot be read; 'kola cache prune' removes it"}");
        await Console.Out.WriteLineAsync($"{entries.Count} snapshots, {Size(entries.Sum(entry => entry.Bytes))} of {Size(store.LimitBytes)}");
    }

    private static void Print(IReadOnlyList<SnapshotEntry> entries) =>
        Console.WriteLine(JsonSerializer.Serialize([.. entries.Select(ListedSnapshot.Of)], CacheJson.Default.IReadOnlyListListedSnapshot));

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");
}

/// <summary>A snapshot as <c>kola cache list --json</c> tells it.</summary>
internal sealed record ListedSnapshot(string Key, string? Title, long Bytes, DateTimeOffset LastUse, bool InUse, IReadOnlyList<string> Machines, IReadOnlyList<string> Parents)
{
    public static ListedSnapshot Of(SnapshotEntry entry) =>
        new(entry.Key, entry.Manifest?.Title, entry.Bytes, entry.LastUse, entry.InUse, entry.Manifest?.Machines ?? [], entry.Manifest?.Parents ?? []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<ListedSnapshot>))]
internal sealed partial class CacheJson : JsonSerializerContext;
