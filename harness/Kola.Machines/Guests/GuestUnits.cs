using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;

namespace Kola.Machines.Guests;

/// <summary>Names of units by what they are for.</summary>
public static class GuestUnits
{
    /// <summary>The full name that a unit has in an image: by its catalog entry, else by the adapter; <see langword="null"/> when neither knows one.</summary>
    public static string? Unit(this ResolvedImage image, IGuestAdapter adapter, UnitRole role) => image.Units.GetValueOrDefault(role) ?? adapter.Units.GetValueOrDefault(role);
}
