using Kola.Yaml.Binding;

namespace Kola.Scenarios.Model.Values;

/// <summary>The value of a matrix variable or parameter, as written.</summary>
/// <param name="Plain">Whether it was written without quotes, so that it can stand for a number or a truth value.</param>
[Shape(typeof(VariableShape))]
public readonly record struct VariableValue(string Text, bool Plain);
