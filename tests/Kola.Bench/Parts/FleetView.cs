using Kola.Servers.Omaha;

namespace Kola.Bench.Parts;

/// <summary>A group of machines as an Omaha server knows it, as fleet managers such as Nebraska show it: how far a roll-out has come.</summary>
/// <param name="Offered">To how many percent of it the update is offered; 0 where the roll-out is paused.</param>
/// <param name="Machines">That have asked at all.</param>
/// <param name="Updated">Of them, those that said that they run it.</param>
/// <param name="Failed">Those whose last word was an error.</param>
internal sealed record FleetView(string Group, double Offered, int Machines, int Updated, int Failed)
{
    /// <summary>Percent of the group's machines.</summary>
    public double Share => Machines == 0 ? 0 : Math.Round(100.0 * Updated / Machines, 1);

    /// <summary>One of each group.</summary>
    /// <param name="offers">What the server offers; one without a group is for all.</param>
    public static IReadOnlyList<FleetView> Of(OmahaServer server, IReadOnlyList<string> groups, IReadOnlyList<OmahaOffer> offers)
    {
        var machines = server.Machines.ToLookup(machine => machine.Group);
        return [.. groups.Select(group =>
        {
            var offer = offers.FirstOrDefault(offer => offer.Group == group) ?? offers.First(offer => offer.Group is null);
            return new FleetView(
                group, offer.Paused ? 0 : offer.Percent, machines[group].Count(),
                machines[group].Count(machine => machine.Version == offer.Version), machines[group].Count(machine => machine.Events is [.., OmahaEvent.Error]));
        })];
    }

    public override string ToString() => $"group {Group}: offered to {Offered} %, {Updated} of {Machines} machines updated ({Share} %), {Failed} failed";
}
