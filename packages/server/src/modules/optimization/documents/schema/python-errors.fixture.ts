/** What jsonschema 4.26 of Python says, by `str(error)` of each error of `Draft7Validator(schema).iter_errors(instance)`. */
export const pythonErrors: readonly {
  readonly name: string;
  readonly schema: string;
  readonly instance: string;
  readonly texts: readonly string[];
}[] = [
  {
    name: 'a row without a column, a text where a number is due, an unknown column, a table that is missing',
    schema:
      '{"type": "object", "properties": {"arcs": {"type": "array", "items": {"type": "object", "properties": {"n1": {"type": "integer"}, "w": {"type": "number", "minimum": 0.5}}, "required": ["n1", "w"], "additionalProperties": false}}, "parameters": {"$ref": "#/definitions/parameters"}}, "required": ["arcs", "parameters"], "definitions": {"parameters": {"type": "object", "properties": {"name": {"enum": ["a", "b"]}}}}}',
    instance: '{"arcs":[{"n1":1},{"n1":"x","w":2.0,"z":1,"y":2}]}',
    texts: [
      `'w' is a required property

Failed validating 'required' in schema['properties']['arcs']['items']:
    {'type': 'object',
     'properties': {'n1': {'type': 'integer'},
                    'w': {'type': 'number', 'minimum': 0.5}},
     'required': ['n1', 'w'],
     'additionalProperties': False}

On instance['arcs'][0]:
    {'n1': 1}`,
      `'x' is not of type 'integer'

Failed validating 'type' in schema['properties']['arcs']['items']['properties']['n1']:
    {'type': 'integer'}

On instance['arcs'][1]['n1']:
    'x'`,
      `Additional properties are not allowed ('y', 'z' were unexpected)

Failed validating 'additionalProperties' in schema['properties']['arcs']['items']:
    {'type': 'object',
     'properties': {'n1': {'type': 'integer'},
                    'w': {'type': 'number', 'minimum': 0.5}},
     'required': ['n1', 'w'],
     'additionalProperties': False}

On instance['arcs'][1]:
    {'n1': 'x', 'w': 2.0, 'z': 1, 'y': 2}`,
      `'parameters' is a required property

Failed validating 'required' in schema:
    {'type': 'object',
     'properties': {'arcs': {'type': 'array',
                             'items': {'type': 'object',
                                       'properties': {'n1': {'type': 'integer'},
                                                      'w': {'type': 'number',
                                                            'minimum': 0.5}},
                                       'required': ['n1', 'w'],
                                       'additionalProperties': False}},
                    'parameters': {'$ref': '#/definitions/parameters'}},
     'required': ['arcs', 'parameters'],
     'definitions': {'parameters': {'type': 'object',
                                    'properties': {'name': {'enum': ['a',
                                                                     'b']}}}}}

On instance:
    {'arcs': [{'n1': 1}, {'n1': 'x', 'w': 2.0, 'z': 1, 'y': 2}]}`,
    ],
  },
  {
    name: 'a number below its minimum, and what a $ref says',
    schema:
      '{"type": "object", "properties": {"arcs": {"type": "array", "items": {"type": "object", "properties": {"n1": {"type": "integer"}, "w": {"type": "number", "minimum": 0.5}}, "required": ["n1", "w"], "additionalProperties": false}}, "parameters": {"$ref": "#/definitions/parameters"}}, "required": ["arcs", "parameters"], "definitions": {"parameters": {"type": "object", "properties": {"name": {"enum": ["a", "b"]}}}}}',
    instance: '{"arcs":[{"n1":1.0,"w":0.25}],"parameters":{"name":1e5}}',
    texts: [
      `0.25 is less than the minimum of 0.5

Failed validating 'minimum' in schema['properties']['arcs']['items']['properties']['w']:
    {'type': 'number', 'minimum': 0.5}

On instance['arcs'][0]['w']:
    0.25`,
      `100000.0 is not one of ['a', 'b']

Failed validating 'enum' in schema['properties']['parameters']['properties']['name']:
    {'enum': ['a', 'b']}

On instance['parameters']['name']:
    100000.0`,
    ],
  },
  {
    name: 'a document of another type',
    schema:
      '{"type": "object", "properties": {"arcs": {"type": "array", "items": {"type": "object", "properties": {"n1": {"type": "integer"}, "w": {"type": "number", "minimum": 0.5}}, "required": ["n1", "w"], "additionalProperties": false}}, "parameters": {"$ref": "#/definitions/parameters"}}, "required": ["arcs", "parameters"], "definitions": {"parameters": {"type": "object", "properties": {"name": {"enum": ["a", "b"]}}}}}',
    instance: '[1.0, "it\'s"]',
    texts: [
      `[1.0, "it's"] is not of type 'object'

Failed validating 'type' in schema:
    {'type': 'object',
     'properties': {'arcs': {'type': 'array',
                             'items': {'type': 'object',
                                       'properties': {'n1': {'type': 'integer'},
                                                      'w': {'type': 'number',
                                                            'minimum': 0.5}},
                                       'required': ['n1', 'w'],
                                       'additionalProperties': False}},
                    'parameters': {'$ref': '#/definitions/parameters'}},
     'required': ['arcs', 'parameters'],
     'definitions': {'parameters': {'type': 'object',
                                    'properties': {'name': {'enum': ['a',
                                                                     'b']}}}}}

On instance:
    [1.0, "it's"]`,
    ],
  },
  {
    name: 'texts and their lengths',
    schema:
      '{"properties": {"a": {"minLength": 1}, "b": {"maxLength": 2}, "c": {"pattern": "^x"}, "d": {"const": {"k": 1.0}}}}',
    instance: '{"a":"","b":"abc","c":"y","d":null}',
    texts: [
      `'' should be non-empty

Failed validating 'minLength' in schema['properties']['a']:
    {'minLength': 1}

On instance['a']:
    ''`,
      `'abc' is too long

Failed validating 'maxLength' in schema['properties']['b']:
    {'maxLength': 2}

On instance['b']:
    'abc'`,
      `'y' does not match '^x'

Failed validating 'pattern' in schema['properties']['c']:
    {'pattern': '^x'}

On instance['c']:
    'y'`,
      `{'k': 1.0} was expected

Failed validating 'const' in schema['properties']['d']:
    {'const': {'k': 1.0}}

On instance['d']:
    None`,
    ],
  },
  {
    name: 'lists',
    schema:
      '{"properties": {"a": {"minItems": 1}, "b": {"maxItems": 1}, "c": {"uniqueItems": true}, "d": {"contains": {"type": "string"}}, "e": {"items": [{"type": "null"}], "additionalItems": false}}}',
    instance: '{"a":[],"b":[1,2],"c":[1,{"x":2,"y":1},{"y":1,"x":2}],"d":[1],"e":[0,1,2]}',
    texts: [
      `[] should be non-empty

Failed validating 'minItems' in schema['properties']['a']:
    {'minItems': 1}

On instance['a']:
    []`,
      `[1, 2] is too long

Failed validating 'maxItems' in schema['properties']['b']:
    {'maxItems': 1}

On instance['b']:
    [1, 2]`,
      `[1, {'x': 2, 'y': 1}, {'y': 1, 'x': 2}] has non-unique elements

Failed validating 'uniqueItems' in schema['properties']['c']:
    {'uniqueItems': True}

On instance['c']:
    [1, {'x': 2, 'y': 1}, {'y': 1, 'x': 2}]`,
      `None of [1] are valid under the given schema

Failed validating 'contains' in schema['properties']['d']:
    {'contains': {'type': 'string'}}

On instance['d']:
    [1]`,
      `0 is not of type 'null'

Failed validating 'type' in schema['properties']['e']['items'][0]:
    {'type': 'null'}

On instance['e'][0]:
    0`,
      `Additional items are not allowed (1, 2 were unexpected)

Failed validating 'additionalItems' in schema['properties']['e']:
    {'items': [{'type': 'null'}], 'additionalItems': False}

On instance['e']:
    [0, 1, 2]`,
    ],
  },
  {
    name: 'combinations',
    schema:
      '{"properties": {"a": {"anyOf": [{"type": "string"}, {"minimum": 2}]}, "b": {"oneOf": [{"type": "integer"}, {"minimum": 0.0}]}, "c": {"not": {"type": "null"}}, "d": {"if": {"type": "string"}, "then": {"maxLength": 1}, "else": {"type": "null"}}, "e": {"allOf": [{"type": "integer"}, {"maximum": 1}]}}}',
    instance: '{"a":1,"b":2,"c":null,"d":"xy","e":1.5}',
    texts: [
      `1 is not valid under any of the given schemas

Failed validating 'anyOf' in schema['properties']['a']:
    {'anyOf': [{'type': 'string'}, {'minimum': 2}]}

On instance['a']:
    1`,
      `2 is valid under each of {'minimum': 0.0}, {'type': 'integer'}

Failed validating 'oneOf' in schema['properties']['b']:
    {'oneOf': [{'type': 'integer'}, {'minimum': 0.0}]}

On instance['b']:
    2`,
      `None should not be valid under {'type': 'null'}

Failed validating 'not' in schema['properties']['c']:
    {'not': {'type': 'null'}}

On instance['c']:
    None`,
      `'xy' is too long

Failed validating 'maxLength' in schema['properties']['d']['then']:
    {'maxLength': 1}

On instance['d']:
    'xy'`,
      `1.5 is not of type 'integer'

Failed validating 'type' in schema['properties']['e']['allOf'][0]:
    {'type': 'integer'}

On instance['e']:
    1.5`,
      `1.5 is greater than the maximum of 1

Failed validating 'maximum' in schema['properties']['e']['allOf'][1]:
    {'maximum': 1}

On instance['e']:
    1.5`,
    ],
  },
  {
    name: 'keys',
    schema:
      '{"propertyNames": {"maxLength": 3}, "patternProperties": {"^n_": {"type": "number"}}, "additionalProperties": false, "minProperties": 3, "dependencies": {"n_a": ["n_b"]}}',
    instance: '{"n_a":"1","other":2}',
    texts: [
      `'other' is too long

Failed validating 'maxLength' in schema['propertyNames']:
    {'maxLength': 3}

On instance:
    'other'`,
      `'1' is not of type 'number'

Failed validating 'type' in schema['patternProperties']['^n_']:
    {'type': 'number'}

On instance['n_a']:
    '1'`,
      `'other' does not match any of the regexes: '^n_'

Failed validating 'additionalProperties' in schema:
    {'propertyNames': {'maxLength': 3},
     'patternProperties': {'^n_': {'type': 'number'}},
     'additionalProperties': False,
     'minProperties': 3,
     'dependencies': {'n_a': ['n_b']}}

On instance:
    {'n_a': '1', 'other': 2}`,
      `{'n_a': '1', 'other': 2} does not have enough properties

Failed validating 'minProperties' in schema:
    {'propertyNames': {'maxLength': 3},
     'patternProperties': {'^n_': {'type': 'number'}},
     'additionalProperties': False,
     'minProperties': 3,
     'dependencies': {'n_a': ['n_b']}}

On instance:
    {'n_a': '1', 'other': 2}`,
      `'n_b' is a dependency of 'n_a'

Failed validating 'dependencies' in schema:
    {'propertyNames': {'maxLength': 3},
     'patternProperties': {'^n_': {'type': 'number'}},
     'additionalProperties': False,
     'minProperties': 3,
     'dependencies': {'n_a': ['n_b']}}

On instance:
    {'n_a': '1', 'other': 2}`,
    ],
  },
  {
    name: 'what is never allowed',
    schema: '{"properties": {"a": {"properties": {"b": false}}}}',
    instance: '{"a":{"b":1}}',
    texts: [
      `False schema does not allow 1

Failed validating None in schema['properties']['a']:
    False

On instance['a']:
    1`,
    ],
  },
];
