import reference
from strata_kit import serve

serve(reference)
