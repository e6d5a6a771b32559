import workshop
from strata_kit import serve

serve(workshop)
